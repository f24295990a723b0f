fn main() -> std::process::ExitCode {
    lstk_extensions::main(std::env::args_os())
}

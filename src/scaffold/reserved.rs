//! Names a Python package must not have, as data; sorted, and only those our own module rule would let through.
//!
//! Collected from CPython 3.10 to 3.14, setuptools 84 and LocalStack's own virtual environment.

/// Python's hard keywords; the soft ones (`match`, `type`, ...) are legal module names.
#[rustfmt::skip]
pub(super) const KEYWORDS: &[&str] = &[
    "False", "None", "True", "__peg_parser__", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Modules of the standard library, Python 3.10 to 3.14: an import would find those instead.
#[rustfmt::skip]
pub(super) const STANDARD_LIBRARY: &[&str] = &[
    "abc", "aifc", "annotationlib", "antigravity", "argparse", "array", "ast", "asynchat", "asyncio", "asyncore",
    "atexit", "audioop", "base64", "bdb", "binascii", "binhex", "bisect", "builtins", "bz2", "calendar", "cgi",
    "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop", "collections", "colorsys", "compileall",
    "compression", "concurrent", "configparser", "contextlib", "contextvars", "copy", "copyreg", "crypt", "csv",
    "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils", "doctest",
    "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch",
    "fractions", "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib",
    "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib",
    "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache", "locale", "logging", "lzma",
    "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap", "modulefinder", "msilib", "msvcrt",
    "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers", "opcode", "operator",
    "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pipes", "pkgutil", "platform",
    "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr",
    "pydoc", "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource",
    "rlcompleter", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site",
    "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants",
    "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct", "subprocess", "sunau", "symtable",
    "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile", "termios", "textwrap", "this",
    "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace", "traceback", "tracemalloc",
    "tty", "turtle", "turtledemo", "types", "typing", "unicodedata", "unittest", "urllib", "uu", "uuid", "venv",
    "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref", "xdrlib", "xml", "xmlrpc", "zipapp",
    "zipfile", "zipimport", "zlib", "zoneinfo",
];

/// Packages in LocalStack's own environment, where the extension is loaded.
#[rustfmt::skip]
pub(super) const LOCALSTACK_ENVIRONMENT: &[&str] = &[
    "airspeed", "amazon_kclpy", "annotated_types", "antlr4", "apispec", "asn1crypto", "attr", "attrs", "aws_xray_sdk",
    "awscli", "awscrt", "boto3", "botocore", "bson", "cachetools", "cbor2", "certifi", "cffi", "cfnlint",
    "charset_normalizer", "click", "colorama", "constantly", "crontab", "cryptography", "dateutil", "decorator",
    "dill", "dns", "dnslib", "docker", "docutils", "dotenv", "events", "google", "graphql", "gridfs", "grpc", "h11",
    "h2", "hpack", "hypercorn", "hyperframe", "hyperlink", "idna", "incremental", "isodate", "isympy", "jinja2",
    "jmespath", "joserfc", "jpype", "jsonpatch", "jsonpatch_cli", "jsonpath_ng", "jsonpath_rw", "jsonpointer",
    "jsonschema", "jsonschema_path", "jsonschema_specifications", "jwt", "lazy_object_proxy", "localstack",
    "localstack_cli", "localstack_client", "localstack_core", "localstack_ext", "localstack_extensions_utils",
    "localstack_snapshot", "localstack_twisted", "markdown_it", "markupsafe", "mdurl", "more_itertools", "moto",
    "mpmath", "multipart", "networkx", "openapi_core", "openapi_schema_validator", "openapi_spec_validator",
    "opensearch", "opensearchpy", "openssl", "packaging", "pathable", "pip", "pkg_resources", "plux", "ply",
    "priority", "psutil", "py_partiql_parser", "pyasn1", "pycparser", "pydantic", "pydantic_core",
    "pydantic_settings", "pygments", "pymongo", "pyotp", "pyparsing", "readerwriterlock", "referencing", "regex",
    "requests", "requests_aws4auth", "responses", "rfc3339_validator", "rich", "rolo", "rpds", "rsa", "s3transfer",
    "samples", "samtranslator", "semver", "setuptools", "six", "sympy", "tabulate", "twisted", "typing_extensions",
    "typing_inspection", "urllib3", "werkzeug", "wrapt", "wsproto", "xmltodict", "yaml", "zope",
];

/// What the tools that a project is developed with bring into its environment: an import would find those instead.
#[rustfmt::skip]
pub(super) const DEVELOPMENT_TOOLS: &[&str] = &[
    "ast_serialize", "id", "iniconfig", "keyring", "librt", "localstack_extensions", "mypy", "mypyc", "nh3",
    "pathspec", "pluggy", "pyproject_hooks", "pytest", "readme_renderer", "ruff", "twine",
];

/// Python's own classes, which a module of an extension uses by their names.
#[rustfmt::skip]
pub(super) const BUILTIN_CLASSES: &[&str] = &[
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError",
    "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError",
    "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError", "Ellipsis",
    "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup", "FileExistsError", "FileNotFoundError",
    "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError", "ImportWarning",
    "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt",
    "LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "NotADirectoryError", "NotImplemented",
    "NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning", "PermissionError",
    "ProcessLookupError", "PythonFinalizationError", "RecursionError", "ReferenceError", "ResourceWarning",
    "RuntimeError", "RuntimeWarning", "StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning",
    "SystemError", "SystemExit", "TabError", "TimeoutError", "TypeError", "UnboundLocalError", "UnicodeDecodeError",
    "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError",
    "Warning", "ZeroDivisionError",
];

/// Folders that setuptools' package discovery leaves out: the wheel would be empty.
#[rustfmt::skip]
pub(super) const SETUPTOOLS_EXCLUDED: &[&str] = &[
    "benchmark", "benchmarks", "bin", "build", "changelog", "ci", "debian", "dist", "doc", "docs", "documentation",
    "env", "example", "examples", "exercise", "exercises", "fabfile", "htmlcov", "manpages", "news", "newsfragments",
    "python", "requirements", "scripts", "site_scons", "tasks", "test", "tests", "tools", "unit_test", "unit_tests",
    "util", "utils", "venv",
];

/// Device names: Windows cannot make a folder or file of that name, with any extension.
#[rustfmt::skip]
pub(super) const WINDOWS_DEVICES: &[&str] = &[
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com²", "com³", "com¹", "con",
    "conin$", "conout$", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt²", "lpt³",
    "lpt¹", "nul", "prn",
];

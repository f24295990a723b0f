import os

open("all.bin", "wb").write(bytes(range(256)) * 1000)
os.chmod("all.bin", 0o444)
os.mkdir("narrow", 0o700)
os.link("a.txt", "hard.txt")

x = """a
b"""
open("out.txt", "wb").write(x.encode() + open(__file__, "rb").read())

open("py.txt", "w").write("py\n")

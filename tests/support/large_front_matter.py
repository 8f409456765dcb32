"""Front matter of any length, and of the kinds on which a careless reader takes the square of it, or crashes."""

LARGE = {
    "open brackets": lambda n: "t: " + "[" * n,
    "closed brackets": lambda n: "t: " + "[" * n + "]" * n,
    "open mappings": lambda n: "t: " + "{a: " * n,
    "dashes": lambda n: "t:\n  " + "- " * n,
    "question marks": lambda n: "? " * n,
    "indentation": lambda n: "".join(" " * i + "a:\n" for i in range(min(n, 1500))),
    "a long key": lambda n: "? " + "k " * n + "\n: v",
    "blanks": lambda n: "t" + " " * n,
    "colons": lambda n: "t: " + "a: " * n,
    "quotes": lambda n: "t: " + '"a" ' * n,
    "an open quote": lambda n: 't: "' + "a " * n,
    "backslashes": lambda n: 't: "' + "\\" * n,
    "brackets and quotes": lambda n: "t: " + '[" ' * n,
    "lines of brackets": lambda n: "t:\n" + "  - [\n" * (n // 10) + "]",
    "aliases": lambda n: "a: &a x\nb: [" + "*a, " * n + "]",
    "keys": lambda n: "".join(f"k{i}: v\n" for i in range(n // 10)),
    "faults": lambda n: "".join(f"k{i}: a: b\n" for i in range(n // 10)),
    "strays": lambda n: "a: 1\n" + "stray\n" * (n // 10),
    "tabs": lambda n: "a:\n" + "\t- x\n" * (n // 10),
}

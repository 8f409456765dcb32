"""Two counts of one wiki, compared: the oracle's and ours."""


def differences(expected, found, path=""):
    """Yield (key, expected, found) wherever the oracle and we differ."""
    for key, value in expected.items():
        if isinstance(value, dict):
            yield from differences(value, found[key], f"{path}{key}.")
            if key.startswith("by_"):
                yield from (
                    (f"{path}{key}.{more}", None, found[key][more]) for more in found[key].keys() - value.keys()
                )
        elif found.get(key) != value:
            yield f"{path}{key}", value, found.get(key)

"""The libraries that this room stands on, which only who asks such questions has to install."""

from types import ModuleType

from kg.model.kg_error import KgError

_ADVICE = "`pip install 'newsroom-kg[network]'` installs it"


def networkx() -> ModuleType:
    """Return networkx; raise KgError with what to install where it is not there."""
    try:
        import networkx as nx
    except ImportError:
        raise KgError(f"questions to the network of links need the library networkx; {_ADVICE}") from None
    module: ModuleType = nx
    return module


def leiden() -> ModuleType:
    """Return graspologic_native; raise KgError with what to install where it is not there."""
    try:
        import graspologic_native as library
    except ImportError:
        raise KgError(f"communities need the library graspologic-native; {_ADVICE}") from None
    module: ModuleType = library
    return module

"""A part of the example wiki: pages of every kind and few of each, for questions that more pages do not change."""

import shutil

from support.places import EXAMPLES

WHOLE = EXAMPLES / "open-source-ai"
FEW = {
    "concepts": ("OpenSourceAI", "OpenWeights"),
    "entities": ("EuropeanUnion", "MarkZuckerberg", "Meta", "OLMo"),
    "sources": ("_catalog", "llama-3-1-license", "zuckerberg-open-source-letter"),
}


def few_pages(place):
    """Copy the pages into a folder, with all of the folders that hold few, and return it."""

    def left(folder, names):
        folder_name = folder.removeprefix(str(WHOLE)).strip("/")
        kept = {f"{name}.md" for name in FEW[folder_name]} if folder_name in FEW else {*names} - {".kg"}
        return {*names} - kept

    return shutil.copytree(WHOLE, place, ignore=left)

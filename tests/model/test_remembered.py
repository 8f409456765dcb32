"""What is remembered of texts, and what is not."""

import weakref

import pytest

from kg.model.remembered import remembered


class Answer:
    """Something whose end can be seen."""

    def __init__(self, text):
        self.text = text


@pytest.fixture
def remembering():
    texts = []

    @remembered
    def function(text):
        texts.append(text)
        return Answer(text)

    return function, texts


def test_a_name_is_worked_out_once(remembering):
    function, texts = remembering

    assert function("a" * 256) is function("a" * 256)
    assert texts == ["a" * 256]


def test_of_a_text_that_is_longer_nothing_is_kept(remembering):
    function, texts = remembering
    first = weakref.ref(function("a" * 257))

    assert first() is None
    assert function("a" * 257).text == "a" * 257
    assert texts == ["a" * 257] * 2


def test_it_is_called_as_the_function_it_stands_for(remembering):
    assert remembering[0].__name__ == "function"

"""What is large and not needed any more, in a process that is about to end: freeing it piece by piece takes a while."""


def left(thing: object) -> None:
    """
    Keep something until this process ends, or until Python next looks for garbage.

    It is put into a circle, which no count of references frees. A command ends without such a look, and the system
    takes its memory back as a whole; a process that goes on has it freed as it has all that is in circles.
    """
    circle = [thing]
    circle.append(circle)

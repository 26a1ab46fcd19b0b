"""Drawing questions at random: without repeats, the same again for the same seed, and equal for equivalent papers."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

PRIME = 2**31 - 1
LETTERS = "ABCD"
"""What equivalent papers are called."""


def seed_of(*parts: object) -> int:
    """Return a number below PRIME that is always the same for the same parts."""
    digest = hashlib.sha256(":".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % PRIME


def factors(seed: int, draw: int) -> tuple[int, int]:
    """Return (multiplier, addend) by which the database mixes the numbers of questions for one draw of an attempt."""
    return 1 + seed_of(seed, draw, "times") % (PRIME - 1), seed_of(seed, draw, "plus")


def mixed(number: int, multiplier: int, addend: int) -> int:
    """Return the place of question `number` in the mixed order: what the database sorts by, written in Python."""
    line = (number * multiplier + addend) % PRIME
    return line * line % PRIME


def deal(counts: Sequence[int], candidates: Sequence[Sequence[int]], taken: Collection[int] = ()) -> list[list[int]]:
    """Give each draw its `counts` questions out of its candidates, each question at most once and none of `taken`.

    Candidates come in the order of preference. Where draws want the same questions, they are dealt so that all draws
    are filled if that is possible at all; a draw that stays short has fewer than its count.
    """
    owner: dict[int, int] = {}
    hands: list[list[int]] = [[] for _ in counts]

    def give(draw: int, seen: set[int]) -> bool:
        """Find a question for this draw, if need be by letting another draw take one of its other candidates."""
        wanted = [question for question in candidates[draw] if question not in taken and owner.get(question) != draw]
        free = next((question for question in wanted if question not in owner), None)
        if free is not None:
            owner[free] = draw
            hands[draw].append(free)
            return True
        for question in wanted:
            if question in seen:
                continue
            seen.add(question)
            other = owner[question]
            if give(other, seen):
                hands[other].remove(question)
                owner[question] = draw
                hands[draw].append(question)
                return True
        return False

    for draw, count in enumerate(counts):
        for _ in range(count):
            if not give(draw, set()):
                break
    place = [{question: at for at, question in enumerate(each)} for each in candidates]
    return [sorted(hand, key=place[draw].__getitem__) for draw, hand in enumerate(hands)]


def needed(counts: Sequence[int]) -> int:
    """Return how many candidates each draw needs so that `deal` misses no way of filling them all."""
    return sum(counts)


def allot(count: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Share `count` among groups (difficulties) in proportion to their sizes, by largest remainders.

    Equivalent papers draw by the same shares, so that none is harder. No group gives more than it has; what is missing
    in all stays missing.
    """
    whole = sum(sizes.values())
    wanted = min(count, whole)
    if not wanted:
        return dict.fromkeys(sizes, 0)
    shares = {key: wanted * size // whole for key, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda key: (-(wanted * sizes[key] % whole), key))
    for key in by_remainder[: wanted - sum(shares.values())]:
        shares[key] += 1
    return shares


def cut(ordered: Sequence[int], count: int, paper: int) -> list[int]:
    """Return the questions of one of the equivalent papers (0 for A): the papers take turns along the mixed order.

    They share no question as long as there are enough for all of them.
    """
    if count >= len(ordered):
        return list(ordered)
    return [ordered[(paper * count + step) % len(ordered)] for step in range(count)]


def letter_for(person_id: int, number: int, paper_count: int) -> str:
    """Return the letter of the paper for somebody's attempt `number`; empty where there is only one paper.

    Neighbours in the list of people get different letters, and a resit gets the next one.
    """
    return "" if paper_count <= 1 else LETTERS[(person_id + number - 1) % paper_count]

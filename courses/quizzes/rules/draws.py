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


def paper_of(
    counts: Sequence[int], pools: Sequence[Mapping[int, str]], seed: int, number: int = 0
) -> list[list[int]] | None:
    """Return the questions of one of the equivalent papers (`number` 0 is A), by draw; None when there are too few.

    `pools` are {question: difficulty} for each draw. Every paper takes the same number of each difficulty. The papers go
    along one mixed order by turns, and so share no question as long as there are enough for all of them.
    """
    wanted: list[int] = []
    ordered: list[list[int]] = []
    for draw, (count, pool) in enumerate(zip(counts, pools, strict=True)):
        groups = _groups(pool, factors(seed, draw))
        shares = allot(count, {key: len(group) for key, group in groups.items()})
        for key, group in groups.items():
            start = number * shares[key] % len(group)
            wanted.append(shares[key])
            ordered.append(group[start:] + group[:start])
    hands = iter(deal(wanted, ordered))
    drawn = [[question for _key in _difficulties(pool) for question in next(hands)] for pool in pools]
    if _filled(drawn, counts):
        return drawn
    # Draws that want the same questions: filling them all comes before balance.
    whole = [[question for group in _groups(pool, (1, 0)).values() for question in group] for pool in pools]
    drawn = deal(counts, whole)
    return drawn if _filled(drawn, counts) else None


def _difficulties(pool: Mapping[int, str]) -> list[str]:
    return sorted(set(pool.values()))


def _groups(pool: Mapping[int, str], by: tuple[int, int]) -> dict[str, list[int]]:
    """Return the questions of a pool by difficulty, mixed."""
    order = sorted(pool, key=lambda question: (mixed(question, *by), question))
    return {key: [question for question in order if pool[question] == key] for key in _difficulties(pool)}


def _filled(hands: Sequence[Sequence[int]], counts: Sequence[int]) -> bool:
    return all(len(hand) == count for hand, count in zip(hands, counts, strict=True))


def letter_for(person_id: int, number: int, paper_count: int) -> str:
    """Return the letter of the paper for somebody's attempt `number`; empty where there is only one paper.

    Neighbours in the list of people get different letters, and a resit gets the next one.
    """
    return "" if paper_count <= 1 else LETTERS[(person_id + number - 1) % paper_count]

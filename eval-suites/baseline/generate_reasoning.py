#!/usr/bin/env python3
# Licence: Apache-2.0. How made: written for this suite; needs only the standard library.
"""Makes the generated items of order, copying, arithmetic, code-reading and entailment.

Run it in this folder. It keeps every written item, drops the items whose family starts with "generated-" and fills
each split up with newly made ones. The seed is fixed, so a second run changes nothing.
"""

import json
import random
import re
from itertools import combinations
from pathlib import Path

SEED = 20240607
SIZES = {"dev": 50, "test": 100, "reserve": 100}
WIDTH = 3

# Two texts are too much alike from this share of common three-letter sequences on.
ALIKE, ALIKE_IN_FAMILY = 0.78, 0.9
TRIES = 60

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
          "September", "October", "November", "December"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES = ["Clara", "Ben", "Olga", "Ravi", "Tina", "Hugo", "Mei", "Samir", "Eva", "Leo", "Nora", "Felix", "Ida", "Omar"]
CITIES = ["Oslo", "Rome", "Cairo", "Lima", "Tokyo", "Madrid", "Boston", "Delhi", "Vienna", "Dublin"]
WORDS = ["lamp", "river", "apple", "glove", "tower", "honey", "paper", "wolf", "candle", "bridge", "salt", "piano",
         "window", "cloud", "knife", "garden", "ticket", "spoon", "mirror", "forest"]
COLORS = ["red", "blue", "green", "white", "black", "yellow", "purple", "brown"]
ANIMALS = ["wolf", "hen", "goat", "crow", "seal", "mole", "duck", "frog", "camel", "badger"]
THINGS = ["pencil", "candle", "button", "ladder", "pillow", "basket", "kettle", "hammer", "feather", "carpet"]
ROOMS = ["kitchen", "cellar", "attic", "garage", "office", "bathroom", "hall", "bedroom"]
VESSELS = ["box", "bag", "drawer", "basket", "suitcase", "bucket", "jar", "wardrobe"]


def item(family, context, right, wrong, chat=None, **check):
    """One item with its right choice still in front of a pool of wrong ones."""
    made = {"family": "generated-" + family, "context": context, "right": f" {right}", "pool": [f" {w}" for w in wrong]}
    if chat:
        made |= {"chat": chat, "check": check}
    return made


def others(r, pool, used, count=5):
    """Members of the pool that are not used, in random order."""
    left = [one for one in pool if one not in used]
    return r.sample(left, min(count, len(left)))


def near(r, right, told, more=()):
    """Whole numbers around the right one, and others that a wrong way of reckoning gives; none that was told."""
    pool = {right + d for d in (-4, -3, -2, -1, 1, 2, 3, 10)} | set(more)
    pool -= {right, *told} | {n for n in pool if n < 0}
    return r.sample(sorted(pool), min(6, len(pool)))


def in_order(words, gap=r"\W+"):
    """A pattern of words in this order."""
    return r"(?is)\b" + gap.join(map(str, words)) + r"\b"


def counting(r):
    """The next number of an arithmetic sequence."""
    step = r.choice([1, 1, 2, 5, 10])
    first = r.randrange(1, 80) if step < 5 else step * r.randrange(1, 9)
    seen = [first + step * i for i in range(r.choice([4, 5]))]
    right = seen[-1] + step
    wrong = [n for n in (right + 3 * step, right + 7, right + 90, right - 2 * step, right + 100) if n > 0]
    return item("counting", ", ".join(map(str, seen)) + ",", right, sorted(set(wrong) - set(seen)))


def counting_down(r):
    """The next number on the way down."""
    first = r.randrange(9, 90)
    seen = [first - i for i in range(4)]
    wrong = [first - 2, first + 10, first + 60, first + 1, max(0, first - 9)]
    return item("counting-down", ", ".join(map(str, seen)) + ",", first - 4, sorted(set(wrong) - {first - 4}))


def alphabet(r):
    """The next letter of the alphabet."""
    length = r.choice([3, 4, 5])
    start = r.randrange(0, 26 - length)
    seen = LETTERS[start:start + length]
    return item("alphabet", ", ".join(seen) + ",", LETTERS[start + length], others(r, LETTERS, LETTERS[start + length]))


def calendar(r):
    """The next day of the week or month of the year."""
    names = r.choice([DAYS, MONTHS])
    start, length = r.randrange(len(names)), r.choice([1, 2, 3])
    shown = [names[(start + i) % len(names)] for i in range(length + 1)]
    kind = "days of the week" if names is DAYS else "months of the year"
    listed = [names[(start + i) % len(names)] for i in range(4)]
    return item("calendar", f"The {kind} in order: " + ", ".join(shown[:-1]) + ",", shown[-1], others(r, names, shown),
                chat=f"List the {kind} in order, starting with {shown[0]}.", regex=in_order(listed, r"\b.*\b"))


def extremes(r):
    """The largest or smallest of three numbers of different size."""
    one, two, three = r.randrange(2, 10), r.randrange(12, 100), r.randrange(110, 1000)
    shown = r.sample([one, two, three], 3)
    largest = r.random() < 0.5
    right = three if largest else one
    kind = "largest" if largest else "smallest"
    return item("extremes", f"Of the numbers {shown[0]}, {shown[1]} and {shown[2]}, the {kind} is", right,
                [n for n in shown if n != right])


def lists(r):
    """A list of unrelated words is given twice; the second time its last word is left off."""
    words = r.sample(WORDS, 8)
    shown, wrong = words[:4], words[4:]
    listed = ", ".join(shown)
    return item("lists", f"{listed}. Once more: {', '.join(shown[:3])},", shown[3], wrong,
                chat=f"Repeat this sentence word for word: My list is {listed}.", containsAny=[listed])


def gates(r):
    """A gate is named once and has to be named again."""
    city, number = r.choice(CITIES), r.randrange(100, 1000)
    gate, *wrong = [f"{letter}{digit}" for letter, digit in zip(r.sample("ABCDEFGH", 4), r.sample(range(1, 13), 4))]
    told = f"Flight {number} to {city} leaves from gate {gate}."
    return item("gates", f"{told} All passengers to {city}, please come to gate", gate, wrong,
                chat=f"{told} From which gate does it leave?", containsAny=[gate])


def codes(r):
    """A made-up code is given once and asked for again."""
    name = r.choice(NAMES)
    code, *wrong = [f"{color} {r.randrange(100, 1000)}" for color in r.sample(COLORS, 5)]
    return item("codes", f"The code of {name} is {code}. I repeat: the code of {name} is", code, wrong,
                chat=f"Repeat this sentence word for word: The code of {name} is {code}.", containsAny=[code])


def odd_sentences(r):
    """A sentence that nobody expects is begun a second time."""
    animal, (first, second), name = r.choice(ANIMALS), r.sample(THINGS, 2), r.choice(NAMES)
    told = f"{name}'s {animal} traded the {first} for a {second}"
    return item("odd-sentences", f"{told}. Yes, you heard right: {told.rsplit(' ', 1)[0]}", second,
                others(r, THINGS, [first, second], 4) + [first],
                chat=f"Please write this sentence again: {told}.", containsAny=[told])


def cups(r):
    """Two people, two colours; one of them is asked for."""
    (a, b), (x, y) = r.sample(NAMES, 2), r.sample(COLORS, 2)
    name, right, wrong = r.choice([(a, x, y), (b, y, x)])
    return item("cups", f"{a} has the {x} cup and {b} has the {y} cup. The colour of {name}'s cup is", right,
                [wrong, *others(r, COLORS, [x, y], 4)])


def spelling(r):
    """A word is written twice; the second time its end is left off."""
    word = r.choice(WORDS + THINGS)
    before = r.randrange(2, len(word))
    spelled = ", ".join(word[:before])
    return item("spelling", f"The letters of the word {word} are: {spelled},", word[before],
                others(r, "abcdefghijklmnoprstuvwy", word[before]),
                chat=f"Use the word \"{word}\" in a short sentence.", containsAny=[word], minWords=4,
                notContains=["use the word"])


def tens(r):
    """A few more than a round number."""
    a, b = 10 * r.randrange(2, 10), r.randrange(1, 10)
    return item("tens", f"{a} and {b} more make", a + b, near(r, a + b, [a, b], [a + 10 * b, a - b, 10 * a + b]),
                chat=f"What is {a} plus {b}?", regex=rf"(=|is|equals|^)\W*{a + b}\b")


def products(r):
    """The easy times tables."""
    a, b = r.choice([2, 3, 5, 10]), r.randrange(2, 11)
    return item("products", f"{a} x {b} =", a * b, near(r, a * b, [a, b], [a + b, a * (b + 1), a * (b - 1)]),
                chat=f"What is {a} times {b}?", regex=rf"(=|is|equals|^)\W*{a * b}\b")


def gains(r):
    """Somebody has some things and gets a few more."""
    name, a, b = r.choice(NAMES), r.randrange(2, 11), r.randrange(1, 6)
    things, got = r.choice([("stamps", "finds"), ("books", "buys"), ("marbles", "wins"), ("shells", "picks up")])
    told = f"{name} has {a} {things} and {got} {b} more."
    return item("gains", f"{told} Now the number of {things} is", a + b, near(r, a + b, [a, b], [10 * a + b]),
                chat=f"{told} How many {things} does {name} have now?", regex=rf"\b{a + b}\b")


def together(r):
    """What two people have between them."""
    (x, y), a, b = r.sample(NAMES, 2), r.randrange(1, 8), r.randrange(2, 6)
    things = r.choice(["cats", "hens", "bikes", "coats", "plants"])
    told = f"{x} has {a + 1} {things}. {y} has {b} {things}."
    right = a + 1 + b
    return item("together", f"{told} Together they have", f"{right} {things}",
                [f"{n} {things}" for n in near(r, right, [a + 1, b], [abs(a + 1 - b) + 1, 10 * (a + 1) + b])],
                chat=f"{told} How many {things} do they have together?", regex=rf"\b{right}\b")


def prices(r):
    """Several things at one price."""
    thing, a, b = r.choice(["ball", "book", "cup", "lamp", "plant", "toy"]), r.choice([2, 3, 5, 10]), r.randrange(2, 6)
    if a == b:
        return prices(r)
    return item("prices", f"If one {thing} costs {a} dollars, then {b} {thing}s cost", f"{a * b} dollars",
                [f"{n} dollars" for n in near(r, a * b, [a, b], [a + b, a * (b + 1)])],
                chat=f"One {thing} costs {a} dollars. How much do {b} {thing}s cost?", regex=rf"\b{a * b}\b")


def printed(family, code, value, wrong):
    """A piece of code that prints a number, in both forms."""
    return item(family, f"{code}  # prints", value, wrong,
                chat=f"{code}\n\nWhat is printed?", regex=rf"\b{value}\b")


def printing(r):
    """A call of print with a small sum or product."""
    a, b = r.randrange(2, 10), r.randrange(1, 10)
    sign, value = r.choice([("+", a + b), ("*", a * b)])
    return printed("printing", f"print({a} {sign} {b})", value, near(r, value, [a, b], [10 * a + b]))


def assigning(r):
    """A variable is set and shown."""
    name, value = r.choice(["size", "speed", "width", "level", "score", "year"]), r.randrange(2, 100)
    return item("assigning", f"{name} = {value}\nprint({name})  # prints", value,
                [name, value + r.choice([1, 9]), "None", 0, f"{value}{value}"],
                chat=f"What does this Python code print?\n\n{name} = {value}\nprint({name})", containsAny=[str(value)])


def increasing(r):
    """A number is added to a variable."""
    name, a, b = r.choice(["n", "x", "total", "count", "points", "price"]), r.randrange(2, 20), r.randrange(1, 6)
    return printed("increasing", f"{name} = {a}\n{name} += {b}\nprint({name})", a + b, near(r, a + b, [a, b]))


def naming(r):
    """A string is set and shown."""
    name, pool = r.choice([("city", CITIES), ("person", NAMES), ("animal", ANIMALS), ("thing", THINGS), ("color", COLORS)])
    right, *wrong = r.sample(pool, 4)
    code = f'{name} = "{right}"\nprint({name})'
    return item("naming", f"{code}  # prints", right, [name, "None", *wrong],
                chat=f"What does this Python code print?\n\n{code}", containsAny=[right])


def calling(r):
    """A function of two numbers is called."""
    a, b = r.randrange(2, 10), r.randrange(2, 10)
    name, sign, value = r.choice([("add", "+", a + b), ("times", "*", a * b)])
    code = f"def {name}(a, b):\n    return a {sign} b\n\nprint({name}({a}, {b}))"
    return item("calling", f"{code}  # prints", value, near(r, value, [a, b], [10 * a + b]))


def syllogisms(r):
    """What holds of all holds of one."""
    thing, place, (right, *wrong) = r.choice(["balls", "hats", "cards", "plates", "stones", "shirts"]), r.choice(VESSELS), \
        r.sample(COLORS, 5)
    name = r.choice(NAMES)
    told = f"All the {thing} in the {place} are {right}. {name} takes one of the {thing} out of the {place}."
    return item("syllogisms", f"{told} It is", right, wrong,
                chat=f"{told} What colour is it?", containsAny=[right])


def exclusions(r):
    """One of two places, and not the first."""
    thing, (x, y, *rest) = r.choice(["key", "ring", "letter", "map", "coin", "phone"]), r.sample(VESSELS, 5)
    told = f"The {thing} is in the {x} or in the {y}. It is not in the {x}."
    return item("exclusions", f"{told} So it is in the", y, [x, *rest],
                chat=f"{told} Where is the {thing}?", regex=rf"(?i)\bin the {y}\b", notContains=[f"or in the {y}"])


def nesting(r):
    """What is in a thing is where the thing is."""
    thing, vessel, (right, *wrong) = r.choice(THINGS), r.choice(VESSELS), r.sample(ROOMS, 5)
    if thing == vessel:
        return nesting(r)
    told = f"The {thing} is in the {vessel}, and the {vessel} is in the {right}."
    return item("nesting", f"{told} If you need the {thing}, go to the", right, wrong,
                chat=f"{told} In which room is the {thing}?", containsAny=[right])


def conditions(r):
    """If, and it is so."""
    cause, fact = r.choice([("it rains", "It is raining"), ("it snows", "It is snowing"),
                            ("the bell rings", "The bell is ringing"), ("the sun shines", "The sun is shining"),
                            ("guests come", "Guests are coming"), ("the baby cries", "The baby is crying")])
    name = r.choice(NAMES)
    deeds = ["stays at home", "bakes a cake", "opens the window", "puts on a hat", "goes for a walk", "reads a book",
             "sings a song", "calls a friend"]
    right, *wrong = r.sample(deeds, 5)
    told = f"Whenever {cause}, {name} {right}. {fact}."
    return item("conditions", f"{told} So {name}", right, wrong,
                chat=f"{told} What does {name} do?", containsAny=[right, right.split()[0]])


def swaps(r):
    """A thing changes hands."""
    (a, b, *rest), thing = r.sample(NAMES, 4), r.choice(["bicycle", "guitar", "boat", "car", "piano", "tent"])
    told, chat = r.choice([(f"{a} sold the {thing} to {b}.", "Who has it now?"),
                           (f"{a} gave the {thing} to {b} for good.", "Who has it now?")])
    return item("swaps", f"{told} The {thing} now belongs to", b, [a, *rest],
                chat=f"{told} {chat}", containsAny=[b])


CAPABILITIES = {
    "order": [counting, counting_down, alphabet, calendar, extremes],
    "copying": [lists, gates, codes, odd_sentences, cups, spelling],
    "arithmetic": [tens, products, gains, together, prices],
    "code-reading": [printing, assigning, increasing, naming, calling],
    "entailment": [syllogisms, exclusions, nesting, conditions, swaps],
}


def key(text):
    """A text without case, marks and spaces at its ends."""
    return " ".join(re.sub(r"\W+", " ", text.lower()).split())


def grams(text):
    """The three-letter sequences of a text."""
    return {text[i:i + 3] for i in range(max(1, len(text) - 2))}


def texts(one):
    """What two items are compared by: context with the right choice, and the message."""
    right = one.get("right") or (one["choices"][one["answer"]] if "choices" in one else "")
    return grams(key(one.get("context", "") + right)), grams(key(one.get("chat", "")))


def alike(some, others_, limit):
    return any(len(a & b) >= limit * len(a | b) for a, b in zip(some, others_) if len(a) > 1 and len(b) > 1)


def distinct(families, count, written, r):
    """The families in turn, as long as they have new ones; no item much like a written one or an earlier one."""
    seen = [(one["family"], texts(one)) for one in written]
    items, left = [], list(families)
    while len(items) < count:
        if not left:
            raise SystemExit(f"{len(items)} different items instead of {count}")
        family = left.pop(0)
        for _ in range(TRIES):
            made = family(r)
            own = texts(made)
            if not any(alike(own, theirs, ALIKE_IN_FAMILY if name == made["family"] else ALIKE) for name, theirs in seen):
                items.append(made)
                seen.append((made["family"], own))
                left.append(family)
                break
    r.shuffle(items)
    return items


def extreme(right, wrong):
    """Whether the right choice is the longest and whether it is the shortest, ties shared, less what chance gives."""
    lengths = [len(right), *map(len, wrong)]
    return [(lengths[0] == most(lengths)) / lengths.count(most(lengths)) - 1 / len(lengths) for most in (max, min)]


def place_answers(items, r):
    """Picks wrong choices so that length tells nothing, and spreads the right choice evenly over the positions."""
    excess = [0.0, 0.0]
    for n, made in enumerate(items):
        right, pool = made.pop("right"), [w for w in dict.fromkeys(made.pop("pool")) if w.strip()]
        r.shuffle(pool)
        wrong = min(combinations([w for w in pool if w != right], WIDTH - 1),
                    key=lambda ws: sum((e + x) ** 2 for e, x in zip(excess, extreme(right, ws))))
        excess = [e + x for e, x in zip(excess, extreme(right, wrong))]
        made["choices"] = list(wrong)
        made["choices"].insert(n % WIDTH, right)
        made["answer"] = n % WIDTH


def main():
    folder = Path(__file__).resolve().parent
    for capability, families in CAPABILITIES.items():
        path = folder / f"{capability}.jsonl"
        old = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        items = [o for o in old if not o["family"].startswith("generated-")]
        r = random.Random(f"{SEED}-{capability}")
        missing = {split: size - sum(one["split"] == split for one in items) for split, size in SIZES.items()}
        made = distinct(families, sum(missing.values()), items, r)
        for split, count in missing.items():
            group, made = made[:count], made[count:]
            place_answers(group, r)
            for one in group:
                head = {"id": f"{capability}-{len(items) + 1:03d}", "split": split}
                keys = [k for k in ("family", "context", "choices", "answer", "chat", "check") if k in one]
                items.append({**head, **{k: one[k] for k in keys}})
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in items), encoding="utf-8")


if __name__ == "__main__":
    main()

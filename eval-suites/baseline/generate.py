#!/usr/bin/env python3
# Licence: Apache-2.0. How made: written for this suite; needs only the standard library.
"""Makes the generated half of two capabilities: order and copying. That of grammar has its own generator.

Run it in this folder. It keeps every written item, drops the items whose family starts with "generated-" and puts
newly made ones in their place. The seed is fixed, so a second run changes nothing.
"""

import json
import random
from pathlib import Path

SEED = 20240607
SPLITS = ["dev"] * 5 + ["test"] * 20 + ["reserve"] * 15

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
          "September", "October", "November", "December"]
NAMES = ["Clara", "Ben", "Olga", "Ravi", "Tina", "Hugo", "Mei", "Samir", "Eva", "Leo", "Nora", "Felix"]
CITIES = ["Oslo", "Rome", "Cairo", "Lima", "Tokyo", "Madrid", "Boston", "Delhi", "Vienna", "Dublin"]
WORDS = ["lamp", "river", "apple", "glove", "tower", "honey", "paper", "wolf", "candle", "bridge", "salt", "piano",
         "window", "cloud", "knife", "garden", "ticket", "spoon", "mirror", "forest"]
COLORS = ["red", "blue", "green", "white", "black", "yellow", "purple", "brown"]


def item(family, context, right, wrong, **chat):
    """One item with its right choice still in front."""
    return {"family": "generated-" + family, "context": context, "choices": [right, *wrong], **chat}


def counting(r):
    """The next number of an arithmetic sequence."""
    step = r.choice([1, 1, 2, 5, 10])
    first = r.randrange(1, 60) if step < 5 else step * r.randrange(1, 8)
    seen = [first + step * i for i in range(5)]
    right = seen[-1] + step
    wrong = [n for n in (right + 3 * step, right + 7, right - 2 * step) if n != right]
    shown = ", ".join(map(str, seen))
    return item("counting", shown + ",", f" {right}", [f" {n}" for n in r.sample(wrong, 2)])


def alphabet(r):
    """The next letter of the alphabet."""
    start = r.randrange(0, 20)
    letters = [chr(ord("A") + start + i) for i in range(6)]
    others = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c != letters[5]]
    return item("alphabet", ", ".join(letters[:5]) + ",", " " + letters[5], [" " + c for c in r.sample(others, 2)])


def calendar(r):
    """The next day of the week or month of the year."""
    names = r.choice([DAYS, MONTHS])
    start = r.randrange(len(names))
    shown = [names[(start + i) % len(names)] for i in range(4)]
    others = [n for n in names if n not in shown[2:]]
    kind = "day" if names is DAYS else "month"
    return item("calendar", ", ".join(shown[:3]) + ",", " " + shown[3], [" " + n for n in r.sample(others, 2)],
                chat=f"Which {kind} comes right after {shown[2]}?", check={"containsAny": [shown[3]]})


def lists(r):
    """A list of unrelated words is given twice; the second time its last word is left off."""
    words = r.sample(WORDS, 6)
    shown, wrong = words[:4], words[4:]
    listed = ", ".join(shown)
    return item("lists", f"{listed}. Once more: {', '.join(shown[:3])},", " " + shown[3], [" " + w for w in wrong],
                chat=f"Repeat this sentence word for word: My list is {listed}.", check={"containsAny": [listed]})


def gates(r):
    """A gate is named once and has to be named again."""
    city, number = r.choice(CITIES), r.randrange(100, 1000)
    gate, *wrong = [f"{letter}{digit}" for letter, digit in zip(r.sample("ABCDEFGH", 3), r.sample(range(1, 10), 3))]
    told = f"Flight {number} to {city} leaves from gate {gate}."
    return item("gates", f"{told} All passengers to {city}, please come to gate", " " + gate, [" " + w for w in wrong],
                chat=f"{told} From which gate does it leave?", check={"containsAny": [gate]})


def codes(r):
    """A made-up code is given once and asked for again."""
    name = r.choice(NAMES)
    code, *wrong = [f"{r.choice(COLORS)} {r.randrange(100, 1000)}" for _ in range(3)]
    if len({code, *wrong}) < 3:
        return codes(r)
    return item("codes", f"The code of {name} is {code}. I repeat: the code of {name} is", " " + code, [" " + w for w in wrong],
                chat=f"Repeat this sentence word for word: The code of {name} is {code}.", check={"containsAny": [code]})


CAPABILITIES = {
    "order": [(counting, 14), (alphabet, 13), (calendar, 13)],
    "copying": [(lists, 14), (gates, 13), (codes, 13)],
}


def distinct(families, written, r):
    """As many items of each family as asked for, no context twice."""
    items, seen = [], {w["context"] for w in written if "context" in w}
    for family, count in families:
        wanted = len(items) + count
        while len(items) < wanted:
            made = family(r)
            if made["context"] not in seen:
                seen.add(made["context"])
                items.append(made)
    r.shuffle(items)
    return items


def place_answers(items, r):
    """Spreads the right choice evenly over the positions."""
    for width in {len(made["choices"]) for made in items}:
        group = [made for made in items if len(made["choices"]) == width]
        for n, made in enumerate(group):
            right, *rest = made["choices"]
            r.shuffle(rest)
            rest.insert(n % width, right)
            made["choices"], made["answer"] = rest, n % width


def main():
    folder = Path(__file__).resolve().parent
    for capability, families in CAPABILITIES.items():
        path = folder / f"{capability}.jsonl"
        old = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        written = [o for o in old if not o["family"].startswith("generated-")]
        r = random.Random(f"{SEED}-{capability}")
        made = distinct(families, written, r)
        place_answers(made, r)
        for n, (one, split) in enumerate(zip(made, SPLITS), start=len(written) + 1):
            head = {"id": f"{capability}-{n:03d}", "split": split, "family": one.pop("family")}
            made_keys = [k for k in ("context", "choices", "answer", "chat", "check") if k in one]
            written.append({**head, **{k: one[k] for k in made_keys}})
        path.write_text("".join(json.dumps(w, ensure_ascii=False) + "\n" for w in written), encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# Licence: Apache-2.0. How made: written for this suite; needs only the standard library.
"""Makes the generated items of the grammar capability: nine families of minimal pairs.

Run it in this folder. It keeps every written item, drops the items whose family starts with "generated-" and puts
newly made ones in their place. The seed is fixed, so a second run changes nothing.
"""

import json
import random
from pathlib import Path

SEED = 20261125
SPLIT_CYCLE = ["test", "reserve", "dev", "test", "reserve"]
SPLIT_ORDER = ["dev", "test", "reserve"]
ASKED = "Rewrite this sentence in correct English: "

NAMES = ["Clara", "Ben", "Olga", "Ravi", "Tina", "Hugo", "Mei", "Samir", "Eva", "Leo", "Nora", "Felix"]
ADULTS = ["my uncle", "our neighbor", "the teacher", "her boss", "the doctor", "his cousin", "the postman", "my aunt"]


# A family returns the context, the right and the wrong way to go on and, where there is one, another right correction.


def agreement(r):
    """Subject and verb agree in number, with another noun between them."""
    singular, plural = r.choice([("key", "keys"), ("letter", "letters"), ("bottle", "bottles"), ("child", "children"),
                                 ("photo", "photos"), ("chair", "chairs"), ("man", "men"), ("boat", "boats"),
                                 ("tree", "trees"), ("lamp", "lamps")])
    place = r.choice(["on the hill", "near the windows", "behind the houses", "next to the stairs", "from the shops",
                      "in front of the bank"])
    state = r.choice(["very old.", "quite small.", "new to me.", "still wet.", "not ours.", "easy to see."])
    many = r.random() < 0.5
    right, wrong = ("are", "is") if many else ("is", "are")
    noun, other = (plural, singular) if many else (singular, plural)
    return f"The {noun} {place}", f"{right} {state}", f"{wrong} {state}", f"The {other} {place} {wrong}"


def past(r):
    """A time in the past asks for the past tense."""
    base, form, rest = r.choice([("go", "went", "to the zoo"), ("write", "wrote", "three letters"),
                                 ("buy", "bought", "a new lamp"), ("see", "saw", "a fox in the yard"),
                                 ("eat", "ate", "all the grapes"), ("take", "took", "the early bus"),
                                 ("find", "found", "a gold coin"), ("lose", "lost", "an expensive ring"),
                                 ("drink", "drank", "the whole bottle"), ("sell", "sold", "the old car"),
                                 ("break", "broke", "my best cup"), ("sing", "sang", "in the choir")])
    when = r.choice(["Yesterday", "Last week", "Two days ago", "Last summer", "An hour ago", "Many years ago"])
    return f"{when} {r.choice(NAMES)}", f"{form} {rest}.", f"{base} {rest}."


def article(r):
    """"a" before a consonant, "an" before a vowel; the last word is the same in both choices."""
    noun, an = r.choice([("apple pie", 1), ("egg", 1), ("orange", 1), ("umbrella", 1), ("old map", 1), ("empty box", 1),
                         ("island", 1), ("onion", 1), ("pear", 0), ("knife", 0), ("lamp", 0), ("yellow hat", 0),
                         ("ticket", 0), ("green shirt", 0), ("wooden spoon", 0), ("big dog", 0)])
    verb = r.choice(["bought", "found", "needs", "has drawn", "wants", "saw"])
    right, wrong = ("an", "a") if an else ("a", "an")
    return f"{r.choice(ADULTS).capitalize()} {verb}", f"{right} {noun}.", f"{wrong} {noun}."


def comparative(r):
    """Short adjectives take -er, long ones take more."""
    form, wrong = r.choice([("taller", "more tall"), ("bigger", "more big"), ("faster", "more fast"),
                            ("cheaper", "more cheap"), ("smaller", "more small"), ("older", "more old"),
                            ("more beautiful", "beautifuler"), ("more expensive", "expensiver"),
                            ("more dangerous", "dangerouser"), ("more important", "importanter"),
                            ("more famous", "famouser"), ("more useful", "usefuler")])
    subject = r.choice(["This horse is", "Our car is", "The new house is", "Their team is", "My bike is", "Your dog is",
                        "The green boat is"])
    than = r.choice(["than the other one.", "than it looks.", "than we thought.", "than mine.", "than ever before."])
    return subject, f"{form} {than}", f"{wrong} {than}"


def plural(r):
    """Irregular plurals after a number."""
    form, wrong = r.choice([("children", "childs"), ("men", "mans"), ("mice", "mouses"), ("feet", "foots"),
                            ("knives", "knifes"), ("wolves", "wolfs"), ("wives", "wifes"), ("shelves", "shelfs"),
                            ("leaves", "leafs"), ("thieves", "thiefs"), ("loaves", "loafs"), ("calves", "calfs")])
    start = r.choice(["In the picture there are", "The book tells of", "The artist has painted", "We could count",
                      "On the stage you can see"])
    number = r.choice(["two", "three", "four", "five", "six", "ten", "twelve"])
    return f"{start} {number}", f"{form}.", f"{wrong}."


def pronoun(r):
    """After a verb or a preposition the object form."""
    form, wrong = r.choice([("me", "I"), ("him", "he"), ("her", "she"), ("us", "we"), ("them", "they")])
    start = r.choice(["sent a card to", "waited for", "was sitting behind", "made a cake for", "danced with",
                      "has written a song about", "took a picture of", "ran after", "sat down next to"])
    when = r.choice(["last night.", "on Sunday.", "all day.", "in the park.", "at school.", "after lunch."])
    return f"{r.choice(NAMES)} {start}", f"{form} {when}", f"{wrong} {when}"


def habit(r):
    """The third person singular has an ending."""
    form, base, rest = r.choice([("swims", "swim", "across the lake"), ("drives", "drive", "a truck"),
                                 ("plays", "play", "the piano"), ("helps", "help", "the children"),
                                 ("sings", "sing", "in the choir"), ("cleans", "clean", "the whole house"),
                                 ("writes", "write", "a long letter"), ("opens", "open", "the shop at nine"),
                                 ("cooks", "cook", "for twenty people"), ("speaks", "speak", "to the class")])
    when = r.choice(["Every day", "On Mondays", "Once a week", "In summer", "Every morning", "At weekends"])
    return f"{when} {r.choice(ADULTS)}", f"{form} {rest}.", f"{base} {rest}."


def question(r):
    """"do" and "does" in a question agree with the subject, the verb has no ending."""
    singular, plural = r.choice([("your sister", "your sisters"), ("the boy", "the boys"), ("your dog", "your dogs"),
                                 ("the child", "the children"), ("his friend", "his friends"),
                                 ("this bird", "these birds"), ("her son", "her sons")])
    verb, rest = r.choice([("like", "the rain?"), ("come", "here every day?"), ("live", "near the river?"),
                           ("need", "a lot of water?"), ("go", "to the lake?"), ("sleep", "in the barn?"),
                           ("hide", "under the bridge?"), ("know", "the way home?")])
    one = r.random() < 0.5
    right, wrong = ("does", "do") if one else ("do", "does")
    subject, other = (singular, plural) if one else (plural, singular)
    return "Why", f"{right} {subject} {verb} {rest}", f"{wrong} {subject} {verb} {rest}", f"Why {wrong} {other} {verb}"


def demonstrative(r):
    """"this" and "that" with one thing, "these" and "those" with several."""
    singular, plural = r.choice([("shoe", "shoes"), ("plate", "plates"), ("jacket", "jackets"), ("river", "rivers"),
                                 ("stamp", "stamps"), ("apple", "apples"), ("letter", "letters"), ("song", "songs"),
                                 ("flower", "flowers"), ("bridge", "bridges"), ("bottle", "bottles"), ("man", "men")])
    one, many = r.choice([("this", "these"), ("that", "those")])
    if r.random() < 0.5:
        right, wrong, noun, also = one, many, singular, f"{many} {plural}"
    else:
        right, wrong, noun, also = many, one, plural, f"{one} {singular}"
    start = r.choice(["Have you seen", "Where did you find", "Nobody knows", "Everybody likes", "I often think of",
                      "We want to paint", "Please do not touch"])
    end = "?" if start.startswith(("Have", "Where")) else "."
    return start, f"{right} {noun}{end}", f"{wrong} {noun}{end}", also


FAMILIES = [(agreement, 15), (past, 13), (article, 13), (comparative, 13), (plural, 13), (pronoun, 13), (habit, 9),
            (question, 13), (demonstrative, 13)]


def corrected(context, right, wrong):
    """What a correct sentence must have: the words that differ, with a neighbor on either side."""
    good, bad = f"{context} {right}".rstrip(".?!").split(), f"{context} {wrong}".rstrip(".?!").split()
    start = 0
    while start < min(len(good), len(bad)) and good[start] == bad[start]:
        start += 1
    end = 0
    while end < min(len(good), len(bad)) - start and good[-1 - end] == bad[-1 - end]:
        end += 1
    return " ".join(good[max(0, start - 1):len(good) - end + 1])


def distinct(r, written):
    """As many items of each family as asked for, no two with the same context and right choice."""
    made, seen = [], {w["context"] for w in written}
    for family, count in FAMILIES:
        wanted = len(made) + count
        while len(made) < wanted:
            context, right, wrong, *also = family(r)
            if (context, right) not in seen and context not in seen:
                seen.add((context, right))
                made.append({"family": f"generated-{family.__name__}", "context": context,
                             "choices": [f" {right}", f" {wrong}"], "chat": f"{ASKED}{context} {wrong}",
                             "check": {"containsAny": [corrected(context, right, wrong), *also]}})
    return made


def longer(item):
    """1 if the right choice is the longer one, -1 if it is the shorter one."""
    right, wrong = map(len, item["choices"])
    return (right > wrong) - (right < wrong)


def place(made, r):
    """Deals the items to the splits, and in each split puts the right choice first and second by turns."""
    made.sort(key=lambda one: (one["family"], longer(one)))
    for n, one in enumerate(made):
        one["split"] = SPLIT_CYCLE[n % len(SPLIT_CYCLE)]
    for split in SPLIT_ORDER:
        for n, one in enumerate(sorted((m for m in made if m["split"] == split), key=longer)):
            one["answer"] = n % 2
            if one["answer"]:
                one["choices"].reverse()
    r.shuffle(made)
    made.sort(key=lambda one: SPLIT_ORDER.index(one["split"]))


def main():
    path = Path(__file__).resolve().parent / "grammar.jsonl"
    old = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items = [o for o in old if not o["family"].startswith("generated-")]
    r = random.Random(SEED)
    made = distinct(r, items)
    place(made, r)
    for n, one in enumerate(made, start=len(items) + 1):
        keys = ["split", "family", "context", "choices", "answer", "chat", "check"]
        items.append({"id": f"grammar-{n:03d}", **{key: one[key] for key in keys}})
    path.write_text("".join(json.dumps(i, ensure_ascii=False) + "\n" for i in items), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The words of the benchmark's wiki; in them stand `{e}` for who acts, `{c}` for a concept, `{n}` for a number."""

SYLLABLES = (
    "al", "bar", "cor", "den", "el", "far", "gor", "hal", "im", "jor", "kal", "lin", "mar", "nor", "ost", "per", "qua",
    "ren", "sol", "tam", "ur", "vel", "wen", "yar", "zel",
)  # fmt: skip
KINDS = ("org", "org", "person", "product")
PEOPLE = (
    "Dana Olsen",
    "Iris Kamau",
    "Jun Takeda",
    "Lea Moreau",
    "Omar Haddad",
    "Paulo Reis",
    "Ruth Adler",
    "Vera Lindt",
)
RELATIONS = ("references",) * 6 + ("defines",)

# Behind the claimant and the dash. `{own}` is a link to the quotes of the same page.
FACTS = (
    "published its figures for {year} on {day}, among them {n} entries on {c} {own}",
    "released version {n} of its report, which {e} had asked for in {year}",
    "counts {n} members, {percent} percent more than a year before",
    "requires every supplier to disclose how {c} is handled from {day} on {own}",
    "spent {n} million euros on {c} in {year}",
    "signed an agreement with {e} on {day} that covers {c} and its upkeep",
    "reports that {percent} percent of the cases under review touch on {c} {own}",
    "opened an office for {c} with {n} people",
)
ANALYSES = (
    "argues that {c} cannot be judged apart from {c2}",
    "reads the decision of {e} as a step away from {c}",
    "sees in {c} a question of cost and not of principle {own}",
    "holds that {n} cases are too few to say anything about {c}",
    "finds the definition of {c} narrower than the practice that it describes",
    "compares the approach of {e} with its own and finds {c} missing in it",
)
FORECASTS = (
    "expects {c} to be settled before the end of {future}",
    "plans to double its work on {c} by {future}",
    "hopes that {e} will take part from {future} on",
    "predicts {n} further cases of {c} by {future}",
)
CLAIMS = {"fact": FACTS, "analysis": ANALYSES, "forecast": FORECASTS}
GRADES = ("fact",) * 5 + ("analysis",) * 4 + ("forecast",)

SUMMARY = (
    "{e} describes how {c} came about and what has changed since {year}.",
    "The text sets the position of {e} against that of {e2} and names {n} cases in which they differ.",
    "It treats {c} as a matter of {c2} and says little about what either costs.",
    "Most of the figures go back to {year}, when {e} began to count them.",
    "The authors ask what {c} is worth where nobody checks it, and leave the answer to {e}.",
    "A shorter part deals with {c2}, for which {percent} percent of the members voted.",
)
OVERVIEW = (
    "{hub} stands for a dispute that {e} brought up in {year} and that has not come to rest.",
    "Its name is tied to {c}, on which most of the sources in this wiki report at some length.",
    "What {e} says about it differs from what {e2} says, and the difference is mostly one of {c}.",
    "Between {year} and the present the number of cases rose to {n}, by the count of {e}.",
    "Those who work on {c} refer to it, and those who work on {c2} mostly do not.",
    "The word was first used for {c2} and moved to {c} when {e} took it up.",
)
QUOTES = (
    "We have looked at {n} cases, and in none of them was the record complete.",
    "Whoever signs for a figure has to be able to say where it is from.",
    "In {year} we would have said the opposite, and we would have been wrong.",
    "The rule is simple: {percent} percent is not a majority of anything that we decide.",
)
BECAUSE = (
    "the body that the report is about", "named as the counterpart", "the standard that is applied",
    "the example that most others refer to", "where the figures come from", "discussed at length in the second part",
    "the practice that the text describes", "mentioned as the exception",
)  # fmt: skip
TIES = (
    "shares its members", "the question from which it began", "contests what it says", "an example of it",
    "the wider standard", "the practice that it describes", "was founded against it", "uses its figures",
)  # fmt: skip
CONTESTS = (
    "disputes the count of {n} and calls the figures of {year} incomplete",
    "holds the opposite: {c} alone is not enough",
    "reports the same event with another date",
    "rejects {c2} as the measure and asks for {c} instead",
    "calls the forecast premature, as {c} is not settled",
)
ARGUED = (
    "{e} takes {c} for the point that decides the matter, and the figures of {year} are on its side {s}.",
    "{e} answers that {c2} comes first, and names {n} cases for it {s}.",
    "Both agree on what happened in {year} and differ on what follows from it {s}.",
    "Neither side says what {c} would cost, which leaves the question where it was {s}.",
    "The reading of {e} rests on {c}, and that of {e2} on the wording alone {s}.",
)

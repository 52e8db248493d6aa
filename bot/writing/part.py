"""A part of a sentence and what is read of it: the same values in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.writing.lexicon import is_chinese

YOU, WE, BOTH, THIRD = "you", "we", "both", "third"
RIGHT, DUTY, PROHIBITED, NO_DUTY = "right", "duty", "prohibited", "no_duty"
POSSIBLE, WILL, NOT = "possible", "will", "not"
EXCEPT, CONSENT, PROVIDED, ONLY = "except", "consent", "provided", "only"
IF, WEAK = "if", "weak"  # weak: a case that may be meant as a condition
SPEAKING = {RIGHT, DUTY, PROHIBITED, NO_DUTY, WILL}  # modal words that make a sentence speak
STRONG = {EXCEPT, CONSENT, PROVIDED, ONLY}  # conditions that are never left out

# Where a mark of ``lexicon.marks`` stands, and its kind; of an act the kind is empty.
Mark = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done.

    Attributes:
        ideas: What its word may stand for.
        is_negated: Whether it is denied; None where a denial may reach as far as it or not.
    """

    ideas: frozenset[str]
    is_negated: bool | None


@dataclass(slots=True)
class Part:
    """A part of a sentence.

    Attributes:
        start: Offset in the words that were read.
        end: Offset after the last character.
        text: The words, lower case.
        sentence: Number of its sentence.
        subject: Who acts, or empty.
        modals: Its own modal words, and ``not``.
        acts: What is done.
        things: What it speaks of beside.
        conditions: What it depends on by its own words: kind, and its offset.
        governed_by: The other parts, of its sentence or before its list, that it depends on.
        is_conditional: Whether it is nothing but a condition.
        lacks_consent: Whether the consent that it depends on is missing, or given.
        consent_by: Whose consent it speaks of.
        reached: Who is told, paid or given something, and who lives where a court is: what, who.
        named: Both sides, as far as its sentence names them.
        bears: Who is liable: the side, and whether it is said that it is not.
        negations: Offsets of what turns it round.
        words: Its pairs of Chinese characters, or its English words.
        head: The part before the colon of the list in which it stands.
        carries: Whether what turns it round goes on into a part that continues it.
        continues: The part whose list it continues, without subject and modal word of its own.
    """

    start: int
    end: int
    text: str
    sentence: int
    subject: str = ""
    modals: set[str] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)
    things: set[str] = field(default_factory=set)
    conditions: list[tuple[str, int]] = field(default_factory=list)
    governed_by: list[Part] = field(default_factory=list)
    is_conditional: bool = False
    lacks_consent: set[bool] = field(default_factory=set)
    consent_by: set[str] = field(default_factory=set)
    reached: set[tuple[str, str]] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    bears: set[tuple[str, bool]] = field(default_factory=set)
    negations: list[int] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    head: Part | None = None
    carries: bool = False
    continues: Part | None = None

    @property
    def stance(self) -> set[str]:
        """Its modal words, or those of the part that it continues or of the head of its list."""
        before = self.continues or self.head
        return self.modals or (before.stance if before else set())

    def own_kinds(self) -> set[str]:
        """What it depends on by its own words."""
        return {kind for kind, _ in self.conditions}

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese."""
        return is_chinese(self.text)

    @property
    def ideas(self) -> set[str]:
        """All that it speaks of."""
        return self.things.union(*(act.ideas for act in self.acts))

    def kinds(self) -> set[str]:
        """What it depends on, here and in the parts around it."""
        return {kind for part in self.terms() for kind, _ in part.conditions}

    def terms(self) -> list[Part]:
        """The parts that say what it depends on, itself included."""
        return [part for part in (self, *self.governed_by) if part.conditions]

"""From the words of a document to proposed instruments: offline, deterministic, with evidence.

The modules in the order in which a sentence passes through them:

===============  ===============================================================================
module           what it does
===============  ===============================================================================
``segment``      blocks to sentences, datelines set aside
``tokens``       words and marks
``names``        names of known parties, and of organisations nobody knows (``world``: the table;
                 ``namewords``, ``spellings``: which words make a name)
``quantities``   sums, capacities, counts, shares, terms (hedges: ``loopledger.units.words``)
``chunks``       noun phrases and verb groups (``functionwords``, ``verbal``, ``verbgroups``, ``apart``)
``groups``       lists of parties joined, appositions used up
``clauses``      subjects, objects, prepositional phrases
``frames``       verbs to events (``doers``, ``patients``, ``senses``, ``lists``)
``measures``     which figures belong to an event (``claims``: which are no promise, and why)
``turns``        turns of phrase without a verb of promising (``nounevents``, ``labels``)
``definitions``  terms, short names and subsidiaries that the document itself defines
``reference``    who is meant by a name, role, pronoun (``discourse``, ``attention``: who is spoken of)
``settle``       kind, payers, payee of an event (``content``: what is promised; ``direction``: who pays whom)
``filling``      a missing side, from the sentence or from before (``story``)
``anaphora``     figures, terms and names of a promise told before
``denials``      sentences that deny, suppose or command
``colour``       status and firmness
``supply``       products, and the makers behind them
``papers``       rows of tables (``tables``) and sheets of keys and values (``sheets``)
``finishing``    what only the whole document tells
``learned``      a second opinion on every figure, by a small network
``merging``      one record for a promise told several times; totals against their parts
``drafting``     drafts, and refusals with their reasons
===============  ===============================================================================

The words are in ``lexicon``; a new verb, noun, description or cue is a word in one of its tables.
"""

from loopledger.read.reading import read

__all__ = ["read"]

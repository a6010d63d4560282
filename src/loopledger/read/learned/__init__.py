"""The learned half of the reader: a second opinion on figures that the grammar could not place.

============  ================================================================================
module        what it does
============  ================================================================================
``sightings`` figures that may be promised, and the parties that may pay or be paid
``clues``     what the model looks at, in words: "slot:from", "act:lend", "before:subj"
``weights``   how much each clue counts, from ``data/reading/weights.tsv.gz`` (see ``training``)
``proposals`` events for figures that no event of the grammar turned into a record
============  ================================================================================

The model is linear: a score is the sum of the weights of the clues that are present, so every
decision can be shown as a short list of words.
"""

"""The learned half of the reader: a second opinion on every figure of a document.

==============  ==============================================================================
module          what it does
==============  ==============================================================================
``scenes``      a document laid out: sentences, figures, mentions of parties
``wordpieces``  text to pieces of a fixed vocabulary
``windows``     stretches of pieces around figures, with what the grammar knows of each
``network``     a small transformer in NumPy, from ``data/reading/network.npz`` (see ``training``)
``opinions``    for each figure: is it promised, as what, by whom, to whom, and how sure
``proposals``   gaps filled, sides put right, what is no promise refused
==============  ==============================================================================

The grammar reads first; the network sees what it made of each figure, and is fitted to texts that
nobody who wrote grammar has read, so it learns how far the grammar can be trusted.
"""

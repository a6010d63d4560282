"""The words that the reader knows: tables to which a newcomer adds a word."""

"""Reports: the brief of documents, pages of parties, deals and the system, stress runs; one form, four formats."""

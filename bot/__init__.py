"""A question in, an answer that cites its clauses out; knows nothing of files or FAISS."""

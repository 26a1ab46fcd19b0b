"""Links to what explains a question (links), and regulations that questions rest on (regulations)."""

"""What every page needs: forms, transactions, pagination, filters, Markdown, headers. No feature belongs here."""

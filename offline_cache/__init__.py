"""What outlives a power cut: journal, drafts, receipts, print ledger, keys."""

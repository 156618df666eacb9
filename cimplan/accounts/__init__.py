"""Who may log in: the second factor, invitations, forgotten passwords."""

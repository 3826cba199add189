"""The call centre: agents, call queue, offers, whispers, call-backs; knows no provider's markup."""

"""Facts named in a message: places, dates, amounts, people, employers, laws, case numbers."""

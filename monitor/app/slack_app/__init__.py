"""What the program does when somebody presses a button or types ``/crm``: from an interaction to a reaction."""

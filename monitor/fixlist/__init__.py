"""Fix lists: whose records are to be mended, worst first, who may see the list, and what of it is told to its owner."""

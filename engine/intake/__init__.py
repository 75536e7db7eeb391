"""Where documents come from: files, folders, archives, standard input, and addresses where the network is allowed."""

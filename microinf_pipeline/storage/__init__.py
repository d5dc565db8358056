"""Where the data lives: the lake and its pointer, the engines that read and write it, publication."""

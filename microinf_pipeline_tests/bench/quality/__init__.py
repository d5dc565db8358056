"""How well the judgements of the pipeline hold on labelled real data, which is read from outside and never copied here."""

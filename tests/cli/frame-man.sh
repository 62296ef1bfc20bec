# The manual page holds every command and no line that troff would take for a request.
lookalike man >page
grep -c '^\.TH LOOKALIKE 1' page
grep '^\.SS "lookalike' page | cut -c 1-22
grep -E "^[.']" page | grep -vE '^\.(TH|SH|SS|TP|B|BR|RI|I|PP|nf|fi)( |$)'
true

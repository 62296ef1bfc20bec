# The bash script offers commands, options and choices.
lookalike completion bash >script
source ./script
complete_words() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _lookalike
    echo "${COMPREPLY[*]:-}"
}
complete_words lookalike s
complete_words lookalike simulate ''
complete_words lookalike simulate pool --see
complete_words lookalike match --family lo
complete_words lookalike doctor --f
complete_words lookalike doctor --format ''
for shell in zsh fish; do
    lookalike completion $shell | sed -n 1p
done

# bash completion for robin; made by robin internal completions
_robin() {
    local cur prev words cword split command
    _init_completion -s || return
    if [ "$cword" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'key roll petition enrol answer sign decline withdraw step-forward collect evidence verify rehearse bench --help --version' -- "$cur"))
        return
    fi
    case "${words[1]}" in
        key) command="key ${words[2]}"; [ "$cword" -eq 2 ] && { COMPREPLY=($(compgen -W 'new show' -- "$cur")); return; } ;;
        roll) command="roll ${words[2]}"; [ "$cword" -eq 2 ] && { COMPREPLY=($(compgen -W 'new import enrolments publish show' -- "$cur")); return; } ;;
        petition) command="petition ${words[2]}"; [ "$cword" -eq 2 ] && { COMPREPLY=($(compgen -W 'new check assign' -- "$cur")); return; } ;;
        rehearse) command="rehearse ${words[2]}"; [ "$cword" -eq 2 ] && { COMPREPLY=($(compgen -W 'people enrol answer' -- "$cur")); return; } ;;
        *) command="${words[1]}" ;;
    esac
    case "$command $prev" in
        'key new --out') _filedir; return ;;
        'roll new --key') _filedir; return ;;
        'roll new --body') return ;;
        'roll new --source') return ;;
        'roll new --body-size') return ;;
        'roll new --kind') COMPREPLY=($(compgen -W 'one-time ed25519' -- "$cur")); return ;;
        'roll new --slots') return ;;
        'roll new --after') _filedir -d; return ;;
        'roll import --format') COMPREPLY=($(compgen -W 'people authorized-keys allowed-signers openpgp' -- "$cur")); return ;;
        'roll import --class') return ;;
        'roll import --member') return ;;
        'roll import --names') COMPREPLY=($(compgen -W 'fingerprint principal' -- "$cur")); return ;;
        'roll import --refused') _filedir; return ;;
        'roll enrolments --key') _filedir; return ;;
        'roll publish --key') _filedir; return ;;
        'roll show --note') _filedir; return ;;
        'roll show --names-file') _filedir; return ;;
        'roll show --proofs') _filedir; return ;;
        'petition new --out') _filedir; return ;;
        'petition new --title') return ;;
        'petition new --to') return ;;
        'petition new --from') return ;;
        'petition new --roll') _filedir; return ;;
        'petition new --ring') return ;;
        'petition new --ring-minimum') return ;;
        'petition new --count-by') COMPREPLY=($(compgen -W 'none class' -- "$cur")); return ;;
        'petition new --mode') COMPREPLY=($(compgen -W 'anonymous named' -- "$cur")); return ;;
        'petition new --goal') return ;;
        'petition new --goal-classes') return ;;
        'petition new --goal-class') return ;;
        'petition new --opens') return ;;
        'petition new --closes') return ;;
        'petition new --log') return ;;
        'petition new --directory') return ;;
        'petition new --witness') return ;;
        'petition new --witnesses') return ;;
        'petition check --roll') _filedir; return ;;
        'petition check --roll-note') _filedir; return ;;
        'petition check --assignment') _filedir; return ;;
        'petition assign --key') _filedir; return ;;
        'petition assign --petition') _filedir; return ;;
        'petition assign --to') _filedir -d; return ;;
        'enrol --card') _filedir; return ;;
        'enrol --out') _filedir; return ;;
        'enrol --sign-with') _filedir; return ;;
        'enrol --passphrase-file') _filedir; return ;;
        'answer --key') _filedir; return ;;
        'answer --out') _filedir; return ;;
        'answer --receipt') _filedir; return ;;
        'answer --registrar') return ;;
        'answer --evidence') _filedir; return ;;
        'answer --roll') _filedir; return ;;
        'answer --roll-note') _filedir; return ;;
        'answer --assignment') _filedir; return ;;
        'answer --passphrase-file') _filedir; return ;;
        'sign --key') _filedir; return ;;
        'sign --mode') COMPREPLY=($(compgen -W 'anonymous sealed named' -- "$cur")); return ;;
        'sign --out') _filedir; return ;;
        'sign --receipt') _filedir; return ;;
        'sign --registrar') return ;;
        'sign --roll') _filedir; return ;;
        'sign --roll-note') _filedir; return ;;
        'sign --assignment') _filedir; return ;;
        'sign --passphrase-file') _filedir; return ;;
        'decline --key') _filedir; return ;;
        'decline --out') _filedir; return ;;
        'decline --receipt') _filedir; return ;;
        'decline --registrar') return ;;
        'decline --roll') _filedir; return ;;
        'decline --roll-note') _filedir; return ;;
        'decline --assignment') _filedir; return ;;
        'decline --passphrase-file') _filedir; return ;;
        'withdraw --key') _filedir; return ;;
        'withdraw --out') _filedir; return ;;
        'withdraw --receipt') _filedir; return ;;
        'withdraw --registrar') return ;;
        'withdraw --roll') _filedir; return ;;
        'withdraw --roll-note') _filedir; return ;;
        'withdraw --assignment') _filedir; return ;;
        'withdraw --passphrase-file') _filedir; return ;;
        'step-forward --key') _filedir; return ;;
        'step-forward --out') _filedir; return ;;
        'step-forward --receipt') _filedir; return ;;
        'step-forward --registrar') return ;;
        'step-forward --roll') _filedir; return ;;
        'step-forward --roll-note') _filedir; return ;;
        'step-forward --assignment') _filedir; return ;;
        'step-forward --passphrase-file') _filedir; return ;;
        'collect --petition') _filedir -d; return ;;
        'collect --key') _filedir; return ;;
        'evidence --out') _filedir; return ;;
        'rehearse people --members') return ;;
        'rehearse people --classes') return ;;
        'rehearse enrol --keys') _filedir; return ;;
        'rehearse enrol --to') _filedir -d; return ;;
        'rehearse answer --keys') _filedir; return ;;
        'rehearse answer --to') _filedir -d; return ;;
        'rehearse answer --anonymous') return ;;
        'rehearse answer --named') return ;;
        'rehearse answer --decline') return ;;
        'rehearse answer --withdraw') return ;;
        'rehearse answer --roll') _filedir; return ;;
        'rehearse answer --roll-note') _filedir; return ;;
        'rehearse answer --assignment') _filedir; return ;;
    esac
    case "$command" in
        'key new') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --out --force' -- "$cur")); return; } ;;
        'key show') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help' -- "$cur")); return; }; _filedir ;;
        'roll new') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --body --source --body-size --kind --slots --after' -- "$cur")); return; }; _filedir ;;
        'roll import') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --format --class --member --names --refused --force' -- "$cur")); return; }; _filedir ;;
        'roll enrolments') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key' -- "$cur")); return; }; _filedir ;;
        'roll publish') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --without-names' -- "$cur")); return; }; _filedir ;;
        'roll show') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --note --names-file --proofs --entries --json' -- "$cur")); return; }; _filedir ;;
        'petition new') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --out --title --to --from --roll --ring --ring-minimum --count-by --mode --goal --goal-classes --goal-class --opens --closes --log --directory --witness --witnesses --force' -- "$cur")); return; }; _filedir ;;
        'petition check') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --roll --roll-note --assignment --json' -- "$cur")); return; }; _filedir ;;
        'petition assign') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --petition --to' -- "$cur")); return; }; _filedir ;;
        'enrol') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --card --out --sign-with --passphrase-file' -- "$cur")); return; }; _filedir ;;
        'answer') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --out --keep-key --receipt --registrar --evidence --roll --roll-note --assignment --passphrase-file --force' -- "$cur")); return; }; _filedir ;;
        'sign') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --mode --out --keep-key --receipt --registrar --roll --roll-note --assignment --passphrase-file --force' -- "$cur")); return; }; _filedir ;;
        'decline') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --out --keep-key --receipt --registrar --roll --roll-note --assignment --passphrase-file --force' -- "$cur")); return; }; _filedir ;;
        'withdraw') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --out --keep-key --receipt --registrar --roll --roll-note --assignment --passphrase-file --force' -- "$cur")); return; }; _filedir ;;
        'step-forward') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --key --out --keep-key --receipt --registrar --roll --roll-note --assignment --passphrase-file --force' -- "$cur")); return; }; _filedir ;;
        'collect') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --petition --key --hold --close --json' -- "$cur")); return; }; _filedir ;;
        'evidence') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --out --force' -- "$cur")); return; }; _filedir ;;
        'verify') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --names --json' -- "$cur")); return; }; _filedir ;;
        'rehearse people') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --members --classes' -- "$cur")); return; } ;;
        'rehearse enrol') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --keys --to' -- "$cur")); return; }; _filedir ;;
        'rehearse answer') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help --keys --to --anonymous --named --decline --withdraw --roll --roll-note --assignment' -- "$cur")); return; }; _filedir ;;
        'bench') [[ "$cur" == -* ]] && { COMPREPLY=($(compgen -W '--help' -- "$cur")); return; } ;;
    esac
} &&
complete -F _robin robin

# SPDX-License-Identifier: Apache-2.0
# Books, key cards in the open and enrolment files are part of the core; what reads other people's files, decrypts or
# allocates is not.
target_sources(roundrobin PRIVATE
    edition_file.c
    enrol_book.c
    enrol_code.c
    enrol_file.c
    invitation_link.c
    keycard_plain.c
)
target_sources(rr_import PRIVATE
    enrol_check.c
    enrol_sshsig.c
    import_openpgp.c
    import_private.c
    import_session.c
    import_ssh.c
    import_table.c
    keycard_jwe.c
    openpgp_key.c
    openpgp_key_private.c
    ssh_key.c
    ssh_key_private.c
)

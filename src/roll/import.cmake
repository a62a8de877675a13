# SPDX-License-Identifier: Apache-2.0
target_sources(rr_import PRIVATE
    import_openpgp.c
    import_private.c
    import_session.c
    import_ssh.c
    import_table.c
    openpgp_key.c
    openpgp_key_private.c
    ssh_key.c
    ssh_key_private.c
)

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Invitations: sheets, pictures, a table, mails.  Hostile names stay text, codes stay in files of their owner, and nobody is sent two mails.
. "$(dirname "$0")/lib.sh"

server=https://petition.example.org
make_keys
ok "$robin" roll new roll --key registrar.key --body 'Staff <b>&</b> friends' --source 'the staff list' --slots 2
printf 'anna\t\tAnna-Lena Lindqvist\nbo\t\t<script>alert(1)</script>\nmisha\t\tМихаил Сергеевич Иванов\nnorbert\t\tNorbert\n' >people.tsv
ok "$robin" roll import roll --format people people.tsv
code_of() { sed -n 's/^Code: //p' "roll/invitations/$1"; }
id=$(sed -n 's/^Roll-Id: //p' roll/roll.conf)

step 'Sheets: one page a person, nothing that runs or is fetched'
ok "$robin" roll invite roll --to $server/ --sheets sheets.html --svg pictures --tsv table.tsv
says '4 invitations written'
says_not "$(code_of anna)"
for file in sheets.html table.tsv pictures/anna.svg; do
    [ "$(stat -c %a $file)" = 600 ] || broken "others can read $file"
done
[ "$(stat -c %a pictures)" = 700 ] || broken 'others can look into the folder of pictures'
[ "$(grep -c '<section>' sheets.html)" = 4 ] || broken 'there are not four sheets'
[ "$(grep -c '<svg ' sheets.html)" = 4 ] || broken 'there are not four QR codes'
grep -q '<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>' sheets.html || broken 'the name is not there as text'
grep -q 'Staff &lt;b&gt;&amp;&lt;/b&gt; friends' sheets.html || broken 'the body is not there as text'
if grep -qi '<script\|src=\|href=\|<b>\|@import\|url(' sheets.html; then broken 'the page runs or fetches something'; fi
grep -q "default-src 'none'" sheets.html || broken 'the page has no policy'
[ "$(ls pictures)" = "$(printf 'anna.svg\nbo.svg\nmisha.svg\nnorbert.svg')" ] || broken 'the pictures are others'

step 'The table, and links that tell the server nothing'
[ "$(head -n 1 table.tsv)" = "$(printf 'member\tname\tlink\tcode')" ] || broken 'the table has no headings'
[ "$(wc -l <table.tsv)" = 5 ] || broken 'the table has not five lines'
row=$(grep '^misha' table.tsv)
[ "$(echo "$row" | cut -f 2)" = 'Михаил Сергеевич Иванов' ] || broken 'the name was changed'
[ "$(echo "$row" | cut -f 4)" = "$(code_of misha)" ] || broken 'the code is another one'
link=$(echo "$row" | cut -f 3)
[ "${link%%#*}" = "$server/e/$id/1/" ] || broken "the link goes to ${link%%#*}"
case ${link#*#} in
    "member=misha&code=$(code_of misha)&key="*"&name=%D0%9C"*) ;;
    *) broken "the link's fragment is ${link#*#}" ;;
esac

step 'What is there already stays; wrong addresses are refused'
fails 1 'is there already' "$robin" roll invite roll --to $server --sheets sheets.html
fails 1 'is there already' "$robin" roll invite roll --to $server --svg pictures
fails 2 'say what to make' "$robin" roll invite roll --to $server
fails 2 'is no address of a server' "$robin" roll invite roll --to "$server/?q=1" --tsv other.tsv
fails 2 'is no address of a server' "$robin" roll invite roll --to petition.example.org --tsv other.tsv
fails 1 'nobody on this roll is called nobody' "$robin" roll invite roll --to $server --tsv other.tsv --member nobody
ok "$robin" roll invite roll --to $server --sheets ru.html --language ru --member misha
grep -q 'Приглашение записаться' ru.html || broken 'the sheet is not in Russian'
[ "$(grep -c '<section>' ru.html)" = 1 ] || broken 'there is more than one sheet'

step 'Mails: nobody gets two, a refused one stops nobody, a server that wants a pause gets one'
mkdir "$root/sink"
node "$here/smtp_sink.mjs" "$root/sink" &
sink=$!
trap 'status=$?; kill $sink 2>/dev/null || true; rm -rf "$root"; exit $status' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -e "$root/sink/port" ] && break
    sleep 0.5
done
smtp=smtp://127.0.0.1:$(cat "$root/sink/port")
send() { "$robin" roll invite roll --to $server --smtp "$smtp" --from registrar@example.org --mails-per-minute 6000 "$@"; }
printf 'anna\tanna@example.org\nbo\tb o@example.org\n' >wrong.tsv
fails 1 'wrong.tsv:2: this is no mail address' send --mail-file wrong.tsv
printf 'anna\tanna@example.org\r\nRCPT TO:<x@example.org>\n' >wrong.tsv
fails 1 'wrong.tsv:1' send --mail-file wrong.tsv
printf 'anna\tanna@example.org\nanna\tb@example.org\n' >wrong.tsv
fails 1 'this member has an address already' send --mail-file wrong.tsv
[ ! -e "$root/sink/1.eml" ] || broken 'a mail was sent'

printf 'anna\tanna@example.org\nbo\tlater@example.org\nmisha\tmisha@example.org\nnorbert\tno@example.org\n' >addresses.tsv
printf 'the password\n' >pass
fails 2 'belong together' send --mail-file addresses.tsv --smtp-user me
status=0
send --mail-file addresses.tsv --smtp-user registrar --smtp-password-file pass >"$root/out" 2>"$root/err" || status=$?
[ $status = 3 ] || broken "status $status instead of 3"
says '1 mail sent'
says '451'
says_not 'the password'
says_not "$(code_of bo)"
[ "$(cat roll/mailed.txt)" = "$(printf 'round-robin mailed v1\nanna')" ] || broken 'mailed.txt is wrong'
[ "$(stat -c %a roll/mailed.txt)" = 600 ] || broken 'others can read mailed.txt'
tail -n 1 "$root/sink/auth" | sed 's/^AUTH PLAIN //' | base64 -d | tr '\0' '\n' | grep -qx 'the password' || broken 'nobody logged in'

sed 's/later@/bo@/' addresses.tsv >addresses-2.tsv
status=0
send --mail-file addresses-2.tsv >"$root/out" 2>"$root/err" || status=$?
[ $status = 1 ] || broken "status $status instead of 1"
says '2 mails sent, 1 refused'
says 'norbert: was not sent: the mail server answers 550'
status=0
send --mail-file addresses-2.tsv >"$root/out" 2>"$root/err" || status=$?
says '0 mails sent, 1 refused'
[ "$(find "$root/sink" -name '*.eml' | wc -l)" = 3 ] || broken 'somebody was sent two mails'
[ "$(grep -h '^RCPT' "$root"/sink/*.eml | tr -d '\r' | sort -u | wc -l)" = 3 ] || broken 'a mail went to two people'

step 'What a mail says'
mail=$(grep -l 'RCPT TO:<misha@example.org>' "$root"/sink/*.eml)
grep -q '^Subject: =?utf-8?B?' "$mail" || broken 'the subject is not encoded'
if grep -q '[^[:print:][:space:]]' "$mail"; then broken 'the mail is not in ASCII'; fi
sed '1,/^\r$/d' "$mail" | tr -d '\r' | sed -e ':a' -e '/=$/{N;s/=\n//;ba' -e '}' >text
grep -q "Your code: $(code_of misha)" text || broken 'the mail has not the code'
grep -qF "#member=3Dmisha" text || broken 'the mail has not the link'

step 'Without TLS only to this machine'
fails 2 'is no address of a mail server' "$robin" roll invite roll --to $server --smtp https://127.0.0.1 --from a@b --mail-file addresses.tsv
kill $sink

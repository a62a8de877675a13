#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# proxy.sh nginx|caddy PROGRAM SOURCE: runs the example of packaging/ on loopback, in front of a server that writes down what it is given, and looks
# for the client in everything that reaches the server or is written to a file.
set -eu
kind=$1
program=$2
source=$3
work=$(mktemp -d)
chmod 755 "$work"
pids=
end() {
    for pid in $pids; do kill "$pid" 2>/dev/null || true; done
    for pid in $pids; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT
broken() {
    echo "$1" >&2
    cat "$work/log" "$work/seen" >&2
    exit 1
}

free_port() {
    node -e 's = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
http=$(free_port)
https=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" \
    -subj /CN=petitions.example.org -addext subjectAltName=DNS:petitions.example.org -days 2 2>/dev/null
chmod 644 "$work/key.pem"
: >"$work/seen"
: >"$work/log"
: >"$work/kept"
behind() {
    rm -f "$work/robin.sock"
    node "$source/tests/packaging/behind.mjs" "$work/robin.sock" "$work/seen" &
    server=$!
    pids="$pids $server"
    tries=0
    until [ -S "$work/robin.sock" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || broken 'the server behind does not start'
        sleep 0.1
    done
}
behind

# Only what depends on the machine is changed: ports, certificate, socket.
case $kind in
nginx)
    sed -e "s|listen 80;|listen 127.0.0.1:$http;|; s|listen 443 |listen 127.0.0.1:$https |; /listen \[::\]/d" \
        -e "s|/etc/letsencrypt/live/petitions.example.org/fullchain.pem|$work/cert.pem|" \
        -e "s|/etc/letsencrypt/live/petitions.example.org/privkey.pem|$work/key.pem|" \
        -e "s|unix:/run/robin/robin.sock|unix:$work/robin.sock|" "$source/packaging/nginx/robin.conf" >"$work/site"
    # As in Debian's nginx.conf: logs on unless a site turns them off.
    mkdir "$work/files"
    chmod 777 "$work/files"
    {
        echo "daemon off; pid $work/pid; error_log $work/log info; events {}"
        echo "http { access_log $work/access; gzip on;"
        for folder in client_body proxy fastcgi uwsgi scgi; do echo "${folder}_temp_path $work/files;"; done
        echo "include $work/site; }"
    } >"$work/nginx.conf"
    "$program" -t -q -c "$work/nginx.conf" -e "$work/log"
    "$program" -c "$work/nginx.conf" -e "$work/log" 2>>"$work/log" &
    ;;
caddy)
    sed -e "s|^\tadmin off|\tadmin off\n\thttp_port $http\n\thttps_port $https\n\tdefault_bind 127.0.0.1|" \
        -e "s|^petitions.example.org {|petitions.example.org {\n\ttls $work/cert.pem $work/key.pem|" \
        -e "s|unix//run/robin/robin.sock|unix/$work/robin.sock|" "$source/packaging/caddy/Caddyfile" >"$work/Caddyfile"
    export HOME="$work" XDG_DATA_HOME="$work" XDG_CONFIG_HOME="$work"
    "$program" validate --adapter caddyfile --config "$work/Caddyfile" >"$work/valid" 2>&1 || broken "$(cat "$work/valid")"
    "$program" run --adapter caddyfile --config "$work/Caddyfile" 2>>"$work/log" &
    ;;
esac
pids="$pids $!"

# ask STATUS PATH [OPTIONS]: a request through TLS, from a client that says much about itself.
ask() {
    wanted=$1
    path=$2
    shift 2
    got=$(curl -sS --max-time 20 --cacert "$work/cert.pem" --resolve "petitions.example.org:$https:127.0.0.1" -o "$work/body" -w '%{http_code}' \
        -A 'TellTale/1.0' -e 'https://telltale.example/' -b 'telltale=1' -H 'Origin: https://telltale.example' \
        -H 'X-Forwarded-For: 192.0.2.77' -H 'X-Real-IP: 192.0.2.77' -H 'Forwarded: for=192.0.2.77' -H 'Via: 1.1 telltale' \
        -H 'Accept-Language: ru' "$@" "https://petitions.example.org:$https$path" 2>"$work/curl") || got=failed
    [ "$got" = "$wanted" ] || broken "$kind $path: $got instead of $wanted: $(cat "$work/curl")"
}
tries=0
until curl -s -o /dev/null --max-time 5 "http://127.0.0.1:$http/"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || broken "$kind does not start"
    sleep 0.1
done

head -c 2048 /dev/urandom >"$work/answer"
head -c 40000 /dev/urandom >"$work/large"
head -c 3000000 /dev/urandom >"$work/roll"
ask 200 /p/petition/
ask 202 /p/petition/answer --data-binary "@$work/answer"
ask 413 /p/petition/answer --data-binary "@$work/large"
# Half of the roll is on its way for a second: if it is kept in a file, that is open then (and has no name any more).
{
    sleep 0.8
    find /proc/[0-9]*/fd -lname "$work/files/*" >"$work/kept" 2>/dev/null || true
} &
ask 202 /publish/roll --data-binary "@$work/roll" --limit-rate 2M
wait $!
ask 200 /p/petition/ -H "X-Forwarded-Host: telltale"

echo 'what reaches the server'
grep -q '"/p/petition/answer",.*,2048\]' "$work/seen" || broken 'the answer did not arrive whole'
grep -q '"/publish/roll",.*,3000000\]' "$work/seen" || broken 'the roll did not arrive whole'
grep -qi '"Accept-Language","ru"' "$work/seen" || broken 'the language did not arrive'
grep -qi '"Host","petitions.example.org' "$work/seen" || broken 'the host did not arrive'
if grep -Ei 'telltale|192\.0\.2|127\.0\.0\.1|forwarded|real-ip|"via"|user-agent|referer|cookie|"origin"' "$work/seen"; then
    broken 'something of the client reached the server'
fi

if [ -s "$work/kept" ]; then broken 'a body was stored in a file'; fi

echo 'what is written when things go wrong'
kill "$server"
wait "$server" 2>/dev/null || true
rm -f "$work/robin.sock"
ask 502 /p/petition/answer --http1.1 --data-binary "@$work/answer"
printf 'no request at all\r\n\r\n' | timeout 5 openssl s_client -connect "127.0.0.1:$https" -servername petitions.example.org -quiet >/dev/null 2>&1 || true
printf 'GET / HTTP/1.1\r\nHost: petitions.example.org\r\n\r\n' | timeout 5 curl -s --max-time 5 "telnet://127.0.0.1:$https" >/dev/null 2>&1 || true
timeout 5 openssl s_client -connect "127.0.0.1:$https" -tls1_1 </dev/null >/dev/null 2>&1 || true
sleep 0.5
for file in "$work/log" "$work/access"; do
    [ -e "$file" ] || continue
    if grep -E "client: |127\.0\.0\.1:[0-9]|remote|TellTale|/p/petition" "$file"; then broken "$file speaks of a client"; fi
done
[ ! -s "$work/access" ] || broken 'there is an access log'
echo "$kind: nothing of a client was written or passed on"

# Starts the kernel: launch.sh EXECUTABLE ARGUMENT...
#
# Where a library is missing, the system's loader would end the program with the name of a file and
# no more. This says what to do about it.
executable=$1
shift

if [ ! -x "$executable" ]; then
    echo "vitrine: The kernel is no longer at $executable." >&2
    echo "Build it again with \`make build\`, then \`make install\`." >&2
    exit 1
fi

missing=$(LD_TRACE_LOADED_OBJECTS=1 "$executable" 2>/dev/null | grep 'not found' | sed 's/ =>.*//; s/^[[:space:]]*//')
if [ -n "$missing" ]; then
    echo "vitrine: The kernel cannot start, because this machine lacks libraries that it needs:" >&2
    for library in $missing; do
        case $library in
            libzmq*) package="(Debian's package libzmq5)" ;;
            libpng*) package="(Debian's package libpng16-16)" ;;
            libturbojpeg*) package="(Debian's package libturbojpeg0)" ;;
            libsqlite3*) package="(Debian's package libsqlite3-0)" ;;
            *) package= ;;
        esac
        echo "    $library $package" >&2
    done
    echo "\`make system\` in Vitrine's repository installs the packages." >&2
    exit 1
fi

exec "$executable" "$@"

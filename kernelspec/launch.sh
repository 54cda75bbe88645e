# Starts the kernel: launch.sh EXECUTABLE ARGUMENT...
#
# Where a library is missing, the system's loader would end the program with the name of a file and
# no more. This says what to do about it.
executable=$1
shift

if [ ! -x "$executable" ]; then
    echo "vitrine: The kernel is no longer at $executable." >&2
    echo "Install it again: \`make install\` in its repository, or \`pip install --force-reinstall\` with its wheel." >&2
    exit 1
fi

missing=$(LD_TRACE_LOADED_OBJECTS=1 "$executable" 2>/dev/null | grep 'not found' | sed 's/ =>.*//; s/^[[:space:]]*//')
if [ -n "$missing" ]; then
    echo "vitrine: The kernel cannot start, because this machine lacks libraries that it needs:" >&2
    packages=
    for library in $missing; do
        case $library in
            libzmq*) package=libzmq5 ;;
            libpng*) package=libpng16-16 ;;
            libturbojpeg*) package=libturbojpeg0 ;;
            libsqlite3*) package=libsqlite3-0 ;;
            libz.*) package=zlib1g ;;
            libstdc++*) package=libstdc++6 ;;
            *) package= ;;
        esac
        echo "    $library${package:+ (Debian's package $package)}" >&2
        packages="$packages${package:+ $package}"
    done
    if [ -n "$packages" ]; then echo "On Debian and its like: sudo apt-get install$packages" >&2; fi
    exit 1
fi

exec "$executable" "$@"

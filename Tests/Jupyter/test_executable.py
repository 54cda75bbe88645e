"""The executable as the compiler left it: what cannot be seen from what it computes."""
import re
import shutil
import subprocess

import pytest

from test_wheel import BUILT

pytestmark = pytest.mark.skipif(shutil.which("objdump") is None, reason="objdump, of binutils, is missing")


@pytest.fixture(scope="module")
def instructions():
    """Returns a function's instructions, a line each; nothing if the executable has no such function."""
    def of(function):
        found = subprocess.run(
            ["objdump", "--no-show-raw-insn", f"--disassemble={function}", BUILT], capture_output=True, text=True, check=True)
        return [line for line in found.stdout.splitlines() if re.match(r"\s+[0-9a-f]+:\t", line)]
    return of


@pytest.mark.parametrize("function, registers", [
    ("vitrine_multiply_32_avx512", "zmm"), ("vitrine_multiply_16_avx512", "zmm"), ("vitrine_multiply_16_narrow", "ymm"),
])
def test_sums_of_a_product_stay_in_registers(instructions, function, registers):
    # Where a build is for x86-64-v4, compilers prefer registers of half the width, and the sums did not fit: products took
    # half as long again, with the same numbers.
    found = instructions(function)
    if not found:
        pytest.skip(f"{function} is for other processors")
    products = [line for line in found if "vfmadd" in line]
    assert products and all(registers in line for line in products)
    assert [line for line in found if re.search(r"v\w*mov\w*\s.*\(%[re]?[sb]p", line)] == []

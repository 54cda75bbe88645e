"""All of jupyter_kernel_test, in the language of cells."""
import jupyter_kernel_test as jkt


class KernelTests(jkt.KernelTests):
    kernel_name = "vitrine"
    language_name = "swift"
    file_extension = ".swift"

    code_hello_world = 'print("hello, world")'
    code_stderr = 'print("oops", to: .standardError)'

    completion_samples = [
        {"text": "clearOut", "matches": {"clearOutput"}},
        {"text": "rend", "matches": {"render"}},
        {"text": 'load("ffm'},
        {"text": "render(steps: 1, "},
        {"text": "👩‍🔬 let"},
        {"text": ""},
    ]

    complete_code_samples = [
        "1 + 1",
        'print("hello")',
        "let a = 1\na + 1",
        "for i in 0..<3 {\n    print(i)\n}",
        "func twice(_ x: Int) -> Int { x * 2 }",
        "render?",
        "// nothing but a comment",
    ]
    incomplete_code_samples = [
        "let a = [1,",
        "print(",
        "for i in 0..<3 {",
        "if true {\n    print(1)\n",
        "func twice(_ x: Int) -> Int {\n",
        'let text = """\nabc',
    ]
    invalid_code_samples = ["let = 3", ")", "for in 3 { }"]

    code_page_something = "render?"
    code_generate_error = 'load("no such model")'

    code_execute_result = [
        {"code": "1 + 2 + 39", "result": "42"},
        {"code": "[1, 2, 3].map { $0 * 2 }", "result": "[2, 4, 6]"},
        {"code": "0.5 + 0.25", "result": "0.75"},
        {"code": 'load("vit")', "mime": "text/html"},
    ]
    code_display_data = [
        {"code": 'display(image("kernelspec/logo-64x64.png"))', "mime": "image/png"},
        {"code": 'display("hello")', "mime": "text/plain"},
    ]

    code_history_pattern = "1 + 2 + ?9"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "render"
    code_clear_output = "clearOutput(wait: true)"


class IopubWelcomeTests(jkt.IopubWelcomeTests):
    kernel_name = "vitrine"
    support_iopub_welcome = True

/// The classes and functions that a pickle may name, for a reader that runs nothing.
enum PickleGlobals {
    /// The classes that are plain containers, with the kind of node that represents them.
    static let containers: [String: Pickle.Node.Kind] = [
        "collections.OrderedDict": .dictionary, "collections.defaultdict": .dictionary,
        "collections.Counter": .dictionary,
        "builtins.dict": .dictionary, "__builtin__.dict": .dictionary,
        "builtins.list": .list, "__builtin__.list": .list,
        "builtins.set": .set, "__builtin__.set": .set, "builtins.frozenset": .set, "__builtin__.frozenset": .set,
    ]

    /// Returns whether a class or function has no legitimate use in a pickle: it runs programs, accesses files or the
    /// network, or evaluates text.
    ///
    /// Nothing is ever called here; this protects a user who opens the file in Python next. What is neither listed here
    /// nor a container is allowed.
    static func isDangerous(module: String, name: String) -> Bool {
        // A trusted module can lead to others, as in "torch.serialization" and "os.system".
        let steps = module.split(separator: ".").dropFirst() + name.split(separator: ".")
        return dangerousModules.contains(String(module.prefix { $0 != "." }))
            || steps.contains { modulesNeverPassedThrough.contains(String($0)) }
            || dangerousFunctions.contains("\(module).\(name)")
            || (module == "builtins" || module == "__builtin__") && dangerousBuiltins.contains(name)
    }

    /// Returns the usual name of a function, for which a pickle may use that of its platform or of Python 2.
    static func usualName(module: String, name: String) -> String {
        let modules = ["posix": "os", "nt": "os", "__builtin__": "builtins"]
        return "\(modules[module] ?? module).\(name)"
    }

    private static let modulesNeverPassedThrough: Set<String> = [
        "os", "sys", "subprocess", "builtins", "__builtins__", "__builtin__", "importlib", "shutil", "socket",
    ]

    private static let dangerousModules: Set<String> = [
        "os", "posix", "nt", "sys", "subprocess", "popen2", "pty", "shutil", "socket", "ctypes", "_ctypes", "importlib",
        "runpy", "webbrowser", "pip", "bdb", "pdb", "marshal", "timeit", "cProfile", "zipimport", "requests", "httplib",
        "ftplib", "smtplib", "telnetlib", "urllib2",
    ]

    private static let dangerousBuiltins: Set<String> = [
        "eval", "exec", "execfile", "compile", "open", "file", "input", "raw_input", "__import__", "breakpoint",
        "globals", "locals", "vars", "delattr", "setattr", "reload", "apply",
    ]

    private static let dangerousFunctions: Set<String> = [
        "types.CodeType", "types.FunctionType", "code.interact", "code.InteractiveInterpreter",
        "code.InteractiveConsole", "commands.getoutput", "commands.getstatusoutput", "asyncio.create_subprocess_shell",
        "asyncio.create_subprocess_exec", "urllib.urlopen", "urllib.request.urlopen", "urllib.request.urlretrieve",
        "torch.load", "torch.hub.load", "torch.utils.cpp_extension.load", "torch.utils.model_zoo.load_url",
        "numpy.load", "numpy.testing._private.utils.runstring", "pickle.load", "pickle.loads", "_pickle.load",
        "_pickle.loads", "cPickle.loads", "dill.loads", "cloudpickle.loads", "joblib.load", "operator.methodcaller",
        "logging.config.listen", "shelve.open",
    ]
}

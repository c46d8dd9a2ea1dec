import Glibc

/// Sends standard output through a pager, as `git` does: only on a terminal, and `less -FRX` quits by itself if all fits.
struct Pager {
    private let process: pid_t

    /// Starts `$PAGER`, else `less -FRX`, on standard output. Nil where there is no terminal, or no pager to be found.
    init?() {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        let command = getenv("PAGER").map { String(cString: $0) } ?? "less -FRX"
        guard !command.isEmpty, command != "cat" else { return nil }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGINT)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            close(ends[0])
        }
        // PAGER is a command line of the shell (POSIX, man).
        let arguments = ["sh", "-c", command].map { (text: String) in strdup(text) }
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments + [nil], environ) == 0 else {
            close(ends[1])
            return nil
        }
        // Ctrl-C is for the pager; when it goes, the next write tells.
        signal(SIGINT, SIG_IGN)
        dup2(ends[1], STDOUT_FILENO)
        close(ends[1])
        process = child
    }

    /// Ends the output and waits until the reader is done with it.
    func finish() {
        close(STDOUT_FILENO)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    }
}

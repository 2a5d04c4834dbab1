"""Runs a program that may have no memory that is both written and executed: no_wx.py mdwe|seccomp PROGRAM ARGUMENTS…

mdwe: the kernel's own PR_SET_MDWE (6.3). seccomp: the filter of systemd's MemoryDenyWriteExecute=yes: mmap with write and exec, mprotect,
pkey_mprotect and shmat with exec are EPERM. Both outlive the exec. Exits with 77 where the kernel has no such thing. With the program
`probe`: with 0 where such memory is refused indeed."""
import ctypes
import errno
import mmap
import os
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_MDWE = 38, 22, 65
WRITE, EXEC, SHM_EXEC = 2, 4, 0o100000
X86_64 = 0xC000003E
MMAP, MPROTECT, PKEY_MPROTECT, SHMAT = 9, 10, 329, 30


def prctl(*arguments):
    if LIBC.prctl(*(ctypes.c_ulong(argument) for argument in arguments)) != 0:
        print(f"prctl: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        sys.exit(77)


def filter_of_systemd():
    """Its classic BPF: (code, jump if true, jump if false, operand)."""
    load, equal, any_of, mask, give = 0x20, 0x15, 0x45, 0x54, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM
    argument = lambda i: 16 + 8 * i  # its low half
    lines = [(load, 0, 0, 4), (equal, 1, 0, X86_64), (give, 0, 0, allow), (load, 0, 0, 0)]
    for number, place, bits in ((MMAP, 2, WRITE | EXEC), (MPROTECT, 2, EXEC), (PKEY_MPROTECT, 2, EXEC), (SHMAT, 2, SHM_EXEC)):
        lines += [(equal, 0, 5, number), (load, 0, 0, argument(place)), (mask, 0, 0, bits), (equal, 0, 1, bits), (give, 0, 0, refuse), (give, 0, 0, allow)]
    lines.append((give, 0, 0, allow))
    return b"".join(struct.pack("HBBI", *line) for line in lines), len(lines)


def refuse(how):
    if how == "mdwe":
        return prctl(PR_SET_MDWE, 1, 0, 0, 0)
    program, lines = filter_of_systemd()
    room = ctypes.create_string_buffer(program)
    description = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", lines, ctypes.addressof(room)))
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return prctl(PR_SET_SECCOMP, 2, ctypes.addressof(description), 0, 0)


def probe():
    try:
        mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        return 1
    except OSError:
        pass
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return 0 if LIBC.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_EXEC) != 0 else 1


if __name__ == "__main__":
    if sys.argv[1] == "probed":
        sys.exit(probe())
    refuse(sys.argv[1])
    command = [sys.executable, __file__, "probed"] if sys.argv[2] == "probe" else sys.argv[2:]
    os.execvp(command[0], command)

"""The guest's virtio-vsock device (VSOCK, CID): QEMU's arguments, and vsockd, the device's other half (docs/vsockd.md)."""
import subprocess

from knobs import BUILD, cid, fail, knob, memory

BUS = "virtio-mmio-bus.7"


def machine():
    """What -machine needs: vsockd works in the guest's memory, so QEMU must share it."""
    return ",memory-backend=mem" if knob("VSOCK") else ""


def arguments():
    if not knob("VSOCK"):
        return []
    return ["-object", f"memory-backend-memfd,id=mem,size={memory()},share=on",
            "-chardev", f"socket,id=vsock0,path={knob('VSOCK')}.qemu",
            "-device", f"vhost-user-vsock-device,chardev=vsock0,bus={BUS}"]


def daemon():
    """vsockd's command line. It ends with QEMU, or with its parent."""
    return [f"{BUILD}/host/vsockd", "--once", "--cid", cid(), knob("VSOCK")]


def start():
    """Starts vsockd as a child of this process, which becomes QEMU; returns when QEMU can connect."""
    if not knob("VSOCK"):
        return
    try:
        process = subprocess.Popen(daemon(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    except OSError as e:
        fail(f"{daemon()[0]}: {e.strerror}. `make` builds it.")
    if not process.stdout.readline():
        fail(f"VSOCK={knob('VSOCK')}: vsockd has ended; its message is above")

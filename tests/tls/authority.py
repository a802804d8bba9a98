"""A certificate authority for tests, and what it signs; by openssl."""

import os
import pathlib
import subprocess


class Authority:
    """Its files lie in a folder of their own."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        self.certificate, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        self._openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}"),
            *("-addext", "basicConstraints=critical,CA:TRUE"),
        )

    def issue(self, holder, names):
        """(certificate, key) for those names; a later call for that holder replaces the files."""
        certificate, key = self.folder / f"{holder}.pem", self.folder / f"{holder}.key"
        new_certificate, new_key = certificate.with_suffix(".new"), key.with_suffix(".newkey")
        request, extensions = self.folder / "request.pem", self.folder / "names"
        extensions.write_text("subjectAltName=" + ",".join(f"DNS:{name}" for name in names))
        self._openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", new_key, "-out", request, "-subj", f"/CN={holder}"),
        )
        self._openssl(
            *("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key),
            *("-CAcreateserial", "-days", "1", "-extfile", extensions, "-out", new_certificate),
        )
        new_key.chmod(0o644)  # the test's own: whoever runs it
        os.replace(new_certificate, certificate)
        os.replace(new_key, key)
        return certificate, key

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def serial_of(certificate: pathlib.Path):
    command = ["openssl", "x509", "-in", certificate, "-noout", "-serial"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

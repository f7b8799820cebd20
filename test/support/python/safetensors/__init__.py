"""A stand-in for safetensors where it is not installed: reads a file by its published format."""
import json
import struct

import torch

DTYPES = {'F32': torch.float32, 'F16': torch.float16, 'BF16': torch.bfloat16}


class safe_open:
    def __init__(self, path, framework):
        assert framework == 'pt'
        with open(path, 'rb') as file:
            (length,) = struct.unpack('<Q', file.read(8))
            self.header = json.loads(file.read(length))
            self.data = bytearray(file.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def metadata(self):
        return self.header['__metadata__']

    def keys(self):
        return [name for name in self.header if name != '__metadata__']

    def get_tensor(self, name):
        begin, end = self.header[name]['data_offsets']
        # An odd offset is no place for wide numbers.
        flat = torch.frombuffer(bytearray(self.data[begin:end]), dtype=DTYPES[self.header[name]['dtype']])
        return flat.view(self.header[name]['shape'])

using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace TransferLearning.Tests.Support;

/// <summary>
/// Writes a TorchScript file as PyTorch's torch.jit.save does: a zip of code, a pickle that names the weights, and their
/// bytes. The network is one convolution of 3 to 8 channels with a stride of 2, and a rectifier.
/// </summary>
internal static class TorchScriptFile
{
    public const int Channels = 8;

    private const string Code =
        """
        class Net(Module):
          __parameters__ = ["weight", ]
          __buffers__ = []
          weight : Tensor
          training : bool
          def forward(self: __torch__.Net,
            images: Tensor) -> Tensor:
            weight = self.weight
            maps = torch.conv2d(images, weight, None, [2, 2], [1, 1])
            return torch.relu(maps)

        """;

    /// <param name="path">Where to write it.</param>
    /// <param name="weight">[8, 3, 3, 3] in the order of its axes.</param>
    public static void Write(string path, float[] weight)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(archive, "data.pkl", Pickle());
        Add(archive, "code/__torch__.py", Encoding.UTF8.GetBytes(Code.ReplaceLineEndings("\n")));
        Add(archive, "data/0", MemoryMarshal.AsBytes<float>(weight).ToArray());
        Add(archive, "constants.pkl", [0x80, 2, (byte)')', (byte)'.']);
        Add(archive, "version", "3\n"u8.ToArray());
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using Stream entry = archive.CreateEntry($"net/{name}", CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }

    // Python's pickle, protocol 2: an object Net with the state { training: True, weight: the tensor }.
    private static byte[] Pickle()
    {
        using var pickle = new MemoryStream();
        Write("\u0080\u0002c__torch__\nNet\n)\u0081}(");
        WriteText("training");
        Write("\u0088");
        WriteText("weight");
        Write("ctorch._utils\n_rebuild_tensor_v2\n((");
        WriteText("storage");
        Write("ctorch\nFloatStorage\n");
        WriteText("0");
        WriteText("cpu");
        Write("K\u00d8tQK\0(K\u0008K\u0003K\u0003K\u0003t(K\u001bK\u0009K\u0003K\u0001t\u0088ccollections\nOrderedDict\n)RtRub.");
        return pickle.ToArray();

        void Write(string codes) => pickle.Write(Encoding.Latin1.GetBytes(codes));

        void WriteText(string text)
        {
            Write("X");
            pickle.Write(BitConverter.GetBytes(text.Length));
            Write(text);
        }
    }
}

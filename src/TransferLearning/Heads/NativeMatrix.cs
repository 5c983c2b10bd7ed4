using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Heads;

/// <summary>A float64 matrix in memory of torch, which multiplies and decomposes it; its results are rows in managed memory.</summary>
internal sealed class NativeMatrix : IDisposable
{
    private readonly Tensor _values;

    /// <param name="rows">Rows of one length; copied.</param>
    /// <param name="columns">Their length.</param>
    public NativeMatrix(double[][] rows, int columns)
    {
        (Rows, Columns) = (rows.Length, columns);
        _values = empty([rows.Length, columns], ScalarType.Float64, CPU).DetachFromDisposeScope();
        Span<double> values = Values(_values);
        foreach ((int index, double[] row) in rows.Index())
            row.CopyTo(values[(index * columns)..]);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Dot products of each row with each of other rows: [rows][others].</summary>
    public double[][] Times(double[][] others)
    {
        using var right = new NativeMatrix(others, Columns);
        using Tensor transposed = right._values.t();
        using Tensor product = _values.mm(transposed);
        return ToRows(product);
    }

    /// <summary>Sums of the rows with weights, for each column of weights: [columns of weights][columns].</summary>
    /// <param name="weights">A row of weights for each row of the matrix.</param>
    /// <param name="count">The length of such a row.</param>
    public double[][] Sums(double[][] weights, int count)
    {
        using var left = new NativeMatrix(weights, count);
        using Tensor transposed = left._values.t();
        using Tensor product = transposed.mm(_values);
        return ToRows(product);
    }

    /// <summary>The dot products of all columns with one another: [columns][columns].</summary>
    public double[][] Gram()
    {
        using Tensor transposed = _values.t();
        using Tensor product = transposed.mm(_values);
        return ToRows(product);
    }

    /// <summary>The eigenvalues of a symmetric matrix, ascending, and an eigenvector for each, as rows. Once it has begun, it cannot be cancelled.</summary>
    public static (double[] Values, double[][] Vectors) Eigen(double[][] symmetric, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (symmetric.Length == 0)
            return ([], []);
        using var matrix = new NativeMatrix(symmetric, symmetric.Length);
        (Tensor values, Tensor vectors) = linalg.eigh(matrix._values);
        using (values)
        using (vectors)
        {
            using Tensor rows = vectors.t();
            return (Values(values).ToArray(), ToRows(rows));
        }
    }

    /// <summary>The dot product of two vectors of one length.</summary>
    public static double Dot(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var sum = Vector<double>.Zero;
        int index = 0;
        for (; index <= first.Length - Vector<double>.Count; index += Vector<double>.Count)
            sum += new Vector<double>(first[index..]) * new Vector<double>(second[index..]);
        double total = Vector.Sum(sum);
        for (; index < first.Length; index++)
            total += first[index] * second[index];
        return total;
    }

    public void Dispose() => _values.Dispose();

    private static double[][] ToRows(Tensor matrix)
    {
        using Tensor contiguous = matrix.contiguous();
        (int rows, int columns) = ((int)contiguous.shape[0], (int)contiguous.shape[1]);
        ReadOnlySpan<double> values = Values(contiguous);
        double[][] result = new double[rows][];
        for (int row = 0; row < rows; row++)
            result[row] = values.Slice(row * columns, columns).ToArray();
        return result;
    }

    private static Span<double> Values(Tensor tensor) => tensor.numel() == 0 ? [] : MemoryMarshal.Cast<byte, double>(tensor.bytes);
}

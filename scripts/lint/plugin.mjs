// Rules of this repository that oxlint does not have.

const noExportAll = {
  meta: { type: 'problem' },
  create(context) {
    return {
      ExportAllDeclaration(node) {
        context.report({ node, message: 'Name every export: `export *` hides what is public.' });
      },
    };
  },
};

export default {
  meta: { name: 'chassis' },
  rules: { 'no-export-all': noExportAll },
};
